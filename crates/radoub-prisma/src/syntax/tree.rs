//! The tree: its nodes and leaves in one list, in the order of the text.
//!
//! Every byte of the text is in exactly one leaf, except for blanks inside lines, which are what lies
//! between two leaves. Walking is a matter of indices. [`Builder`] is how the parser makes a tree;
//! views of known kinds are in [`super::ast`].

use std::fmt;
use std::ops::Range;

use super::SyntaxKind;

/// The longest text that is read, in bytes: places of elements are numbers of 32 bits.
pub(super) const LONGEST: usize = 1 << 28;

/// The tree of a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Tree<'text> {
    text: &'text str,
    elements: Vec<Element>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Element {
    kind: SyntaxKind,
    /// How many nodes it is in.
    depth: u16,
    /// Its first byte.
    start: u32,
    /// The byte behind its last one.
    end: u32,
    /// The first element that is not in it.
    after: u32,
}

impl Tree<'_> {
    /// The root, whose text is the file.
    pub fn root(&self) -> SyntaxNode<'_> {
        SyntaxNode { tree: self, at: 0 }
    }
}

impl fmt::Debug for Tree<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.root(), out)
    }
}

/// A node or a leaf of a tree.
#[derive(Clone, Copy)]
pub struct SyntaxNode<'tree> {
    tree: &'tree Tree<'tree>,
    at: u32,
}

impl<'tree> SyntaxNode<'tree> {
    fn element(self) -> &'tree Element {
        &self.tree.elements[self.at as usize]
    }

    /// What it is.
    pub fn kind(self) -> SyntaxKind {
        self.element().kind
    }

    /// Its bytes: without blanks before and behind.
    pub fn span(self) -> Range<usize> {
        let element = self.element();
        element.start as usize..element.end as usize
    }

    /// Its text.
    pub fn text(self) -> &'tree str {
        self.tree.text.get(self.span()).unwrap_or_default()
    }

    /// The nodes and leaves right in it, in order; none for a leaf.
    pub fn children(self) -> Children<'tree> {
        Children { tree: self.tree, at: self.at + 1, after: self.element().after }
    }

    /// Its first child of this kind.
    pub fn child(self, kind: SyntaxKind) -> Option<Self> {
        self.children().find(|child| child.kind() == kind)
    }

    /// Everything in it, itself first, in the order of the text.
    pub fn descendants(self) -> impl Iterator<Item = Self> {
        (self.at..self.element().after).map(move |at| Self { tree: self.tree, at })
    }

    /// The leaf right before it in the same node; `None` when there is a node, or nothing.
    pub(super) fn leaf_before(self) -> Option<Self> {
        let before = Self { at: self.at.checked_sub(1)?, ..self };
        let (element, depth) = (before.element(), self.element().depth);
        // What is deeper belongs to a node before, what is not as deep is the node around.
        (element.depth == depth && element.kind.is_leaf()).then_some(before)
    }

    /// Its last leaf, itself when it is one.
    pub(super) fn last_leaf(self) -> Self {
        Self { at: self.element().after - 1, ..self }
    }
}

impl fmt::Debug for SyntaxNode<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind().is_leaf() {
            return write!(out, "{:?} {:?}", self.kind(), self.text());
        }
        write!(out, "{:?} ", self.kind())?;
        out.debug_list().entries(self.children()).finish()
    }
}

/// The children of a node.
#[derive(Clone)]
pub struct Children<'tree> {
    tree: &'tree Tree<'tree>,
    at: u32,
    after: u32,
}

impl<'tree> Iterator for Children<'tree> {
    type Item = SyntaxNode<'tree>;

    fn next(&mut self) -> Option<SyntaxNode<'tree>> {
        if self.at >= self.after {
            return None;
        }
        let child = SyntaxNode { tree: self.tree, at: self.at };
        self.at = child.element().after;
        Some(child)
    }
}

/// Makes a tree from the beginning of the text to its end.
pub(super) struct Builder<'text> {
    text: &'text str,
    elements: Vec<Element>,
    /// The nodes that are not finished, innermost last.
    open: Vec<u32>,
    /// Where the last leaf ends.
    end: usize,
    /// How many nodes are open.
    depth: u16,
}

/// A state of the builder that it can be put back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    elements: usize,
    open: usize,
    end: usize,
    depth: u16,
}

impl<'text> Builder<'text> {
    /// Starts with the root. The text has at most [`LONGEST`] bytes.
    pub(super) fn new(text: &'text str) -> Self {
        let elements = Vec::with_capacity(text.len() / 2 + 8);
        let open = Vec::with_capacity(16);
        let mut builder = Self { text, elements, open, end: 0, depth: 0 };
        builder.start(SyntaxKind::Root, 0);
        builder
    }

    /// Where the last leaf ends; the beginning of the text before the first.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Starts a node at this byte.
    pub(super) fn start(&mut self, kind: SyntaxKind, at: usize) {
        self.open.push(narrow(self.elements.len()));
        self.push(kind, at..at);
        self.depth = self.depth.saturating_add(1);
    }

    /// Adds a leaf; nothing when it is empty.
    pub(super) fn leaf(&mut self, kind: SyntaxKind, span: Range<usize>) {
        if !span.is_empty() {
            self.end = span.end;
            self.push(kind, span);
        }
    }

    fn push(&mut self, kind: SyntaxKind, span: Range<usize>) {
        let (start, end) = (narrow(span.start), narrow(span.end));
        let after = narrow(self.elements.len() + 1);
        self.elements.push(Element { kind, depth: self.depth, start, end, after });
    }

    /// Ends the innermost node.
    pub(super) fn finish(&mut self) {
        let (end, after) = (narrow(self.end), narrow(self.elements.len()));
        if let Some(node) = self.innermost() {
            (node.end, node.after) = (end, after);
        }
        self.close();
    }

    /// Takes the innermost node from the open ones.
    fn close(&mut self) -> Option<u32> {
        self.depth = self.depth.saturating_sub(1);
        self.open.pop()
    }

    /// Says what the innermost node is after all.
    pub(super) fn rename(&mut self, kind: SyntaxKind) {
        if let Some(node) = self.innermost() {
            node.kind = kind;
        }
    }

    fn innermost(&mut self) -> Option<&mut Element> {
        self.elements.get_mut(*self.open.last()? as usize)
    }

    /// Gives the one leaf of the innermost node to the node around it.
    pub(super) fn dissolve(&mut self) {
        if let (Some(leaf), Some(node)) = (self.elements.pop(), self.close()) {
            self.elements.truncate(node as usize);
            self.push(leaf.kind, leaf.start as usize..leaf.end as usize);
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            elements: self.elements.len(),
            open: self.open.len(),
            end: self.end,
            depth: self.depth,
        }
    }

    /// Forgets everything since the mark.
    pub(super) fn back(&mut self, mark: Mark) {
        self.elements.truncate(mark.elements);
        self.open.truncate(mark.open);
        (self.end, self.depth) = (mark.end, mark.depth);
    }

    /// The tree; the root, which is all that is not finished, is the whole text.
    pub(super) fn tree(mut self) -> Tree<'text> {
        self.end = self.text.len();
        self.finish();
        Tree { text: self.text, elements: self.elements }
    }
}

/// An offset or an index.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a text has at most 2^28 bytes, and at most four elements begin at a byte"
)]
fn narrow(number: usize) -> u32 {
    number as u32
}
