"""Running things: training sessions on a thread, their history, probes of the model and verification. No Qt here."""
