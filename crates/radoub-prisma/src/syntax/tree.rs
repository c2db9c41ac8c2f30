//! The tree: its nodes and leaves in one list, in the order of the text.
//!
//! Every byte of the text is in exactly one leaf, so an element ends where the next one begins, and
//! walking is a matter of indices. [`Builder`] is how the parser makes a tree; views of known kinds
//! are in [`super::ast`].

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
    /// Its first byte.
    start: u32,
    /// The first element that is not in it.
    after: u32,
    /// The node it is in; the root is in itself.
    parent: u32,
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

    /// The byte at which the element of this index begins.
    fn start_of(self, at: u32) -> usize {
        self.tree.elements.get(at as usize).map_or(self.tree.text.len(), |it| it.start as usize)
    }

    /// What it is.
    pub fn kind(self) -> SyntaxKind {
        self.element().kind
    }

    /// Its bytes.
    pub fn span(self) -> Range<usize> {
        let element = self.element();
        element.start as usize..self.start_of(element.after)
    }

    /// Its text.
    pub fn text(self) -> &'tree str {
        &self.tree.text[self.span()]
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

    /// The leaves right before it that are in the same node, nearest first.
    pub(super) fn leaves_before(self) -> impl Iterator<Item = Self> {
        let parent = self.element().parent;
        let before = (0..self.at).rev().map(move |at| Self { tree: self.tree, at });
        // What is in another node belongs to a node before, and the node around comes last.
        before.take_while(move |it| it.at != parent && it.element().parent == parent)
    }

    /// The leaves at its end that are right in it, last first.
    pub(super) fn leaves_at_end(self) -> impl Iterator<Item = Self> {
        let inside = (self.at + 1..self.element().after).rev();
        let inside = inside.map(move |at| Self { tree: self.tree, at });
        inside.take_while(move |it| it.element().parent == self.at && it.kind().is_leaf())
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
    /// The innermost node that is not finished.
    inside: u32,
    /// How far the text is in the tree, in bytes.
    end: usize,
}

/// A state of the builder that it can be put back to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    elements: usize,
    inside: u32,
    end: usize,
}

impl<'text> Builder<'text> {
    /// Starts with the root. The text has at most [`LONGEST`] bytes.
    pub(super) fn new(text: &'text str) -> Self {
        let elements = Vec::with_capacity(text.len() / 2 + 8);
        let mut builder = Self { text, elements, inside: 0, end: 0 };
        builder.start(SyntaxKind::Root);
        builder
    }

    /// How far the text is in the tree, in bytes.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Starts a node.
    pub(super) fn start(&mut self, kind: SyntaxKind) {
        let at = narrow(self.elements.len());
        self.push(kind, at);
        self.inside = at;
    }

    /// Adds the leaf that ends at this byte; nothing when that is where the last one ended.
    pub(super) fn leaf(&mut self, kind: SyntaxKind, end: usize) {
        if end > self.end {
            self.push(kind, narrow(self.elements.len() + 1));
            self.end = end;
        }
    }

    fn push(&mut self, kind: SyntaxKind, after: u32) {
        self.elements.push(Element { kind, start: narrow(self.end), after, parent: self.inside });
    }

    /// Ends the innermost node.
    pub(super) fn finish(&mut self) {
        let after = narrow(self.elements.len());
        let node = &mut self.elements[self.inside as usize];
        node.after = after;
        self.inside = node.parent;
    }

    /// Says what the innermost node is after all.
    pub(super) fn rename(&mut self, kind: SyntaxKind) {
        self.elements[self.inside as usize].kind = kind;
    }

    /// Gives the one leaf of the innermost node to the node around it.
    pub(super) fn dissolve(&mut self) {
        let node = self.elements[self.inside as usize];
        let leaf = self.elements.pop().map_or(node.kind, |leaf| leaf.kind);
        self.elements.truncate(self.inside as usize);
        self.inside = node.parent;
        let end = std::mem::replace(&mut self.end, node.start as usize);
        self.leaf(leaf, end);
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { elements: self.elements.len(), inside: self.inside, end: self.end }
    }

    /// Forgets everything since the mark.
    pub(super) fn back(&mut self, mark: Mark) {
        self.elements.truncate(mark.elements);
        (self.inside, self.end) = (mark.inside, mark.end);
    }

    /// The tree; the root, which is all that is not finished, is.
    pub(super) fn tree(mut self) -> Tree<'text> {
        self.finish();
        Tree { text: self.text, elements: self.elements }
    }
}

/// An offset or an index, which fit: elements are at most four to a byte of the text.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
