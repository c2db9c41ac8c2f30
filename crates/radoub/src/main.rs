//! The command `radoub`.
fn main() {}
