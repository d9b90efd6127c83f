//! A fake Azure that verifies what Azure verifies and refuses what Azure refuses.
