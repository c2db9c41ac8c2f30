//! Every schema of `cases/format` is laid out as Prisma lays it out, recorded by
//! `cases/format/record.mjs`.

use std::fs;
use std::path::Path;

use radoub_prisma::format::format;
use radoub_prisma::version::PrismaMajor;

#[test]
fn schemas_are_laid_out_as_prisma_lays_them_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/format");
    let mut names: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "prisma"));
    names.sort();
    assert!(!names.is_empty(), "the cases are gone");
    for path in names {
        let text = fs::read_to_string(&path).unwrap();
        let expected = fs::read_to_string(path.with_extension("formatted")).unwrap();
        let once = format(&text, PrismaMajor::Seven);
        assert_eq!(once, expected, "{}", path.display());
        assert_eq!(format(&once, PrismaMajor::Seven), once, "{} again", path.display());
    }
}

#[test]
fn what_follows_the_brace_and_an_empty_key_are_kept() {
    let text =
        "model A { // why\n  id Int @id\n}\n\ngenerator g {\n  provider = \"x\"\n  output   =\n}\n";
    assert_eq!(format(text, PrismaMajor::Six), text);
}

#[test]
fn a_comment_ends_at_its_own_end_when_the_block_around_it_has_none() {
    let text = "model A {\n/* one */\n/* two */\n  id Int @id\n";
    let laid_out = "model A {\n/**\n * one\n */\n/**\n * two\n */\nid Int @id\n";
    assert_eq!(format(text, PrismaMajor::Six), laid_out);
}
