"""The migrations: each brings a store from one revision to the next, triggers included."""
