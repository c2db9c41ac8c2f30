//! The text of a schema as a lossless, error-tolerant tree.
//!
//! Every byte of the file is in the tree, comments and nonsense too, so the formatter can put
//! them back. A line that makes no sense becomes one [`SyntaxKind::ErrorLine`] and one
//! diagnostic, and reading goes on at the next line. What names mean is the matter of
//! [`crate::datamodel`].

pub mod ast;
mod kind;
mod parser;
mod scanner;
mod string;
mod tree;

pub use kind::SyntaxKind;
pub use parser::{Parse, SyntaxError, SyntaxErrorKind, parse};
pub use string::unescape;
pub use tree::{Children, SyntaxNode, Tree};
