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

pub use kind::{PrismaLanguage, SyntaxKind};
pub use parser::{Parse, SyntaxError, SyntaxErrorKind, parse};
pub use string::unescape;

/// A node of the tree.
pub type SyntaxNode = rowan::SyntaxNode<PrismaLanguage>;
/// A leaf of the tree.
pub type SyntaxToken = rowan::SyntaxToken<PrismaLanguage>;
/// A node or a leaf.
pub type SyntaxElement = rowan::SyntaxElement<PrismaLanguage>;
