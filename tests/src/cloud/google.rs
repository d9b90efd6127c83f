//! A fake Google that verifies what Google verifies and refuses what Google refuses.
