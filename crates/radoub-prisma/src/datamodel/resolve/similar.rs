//! Did you mean: the known name that is nearest to a wrong one.

/// The nearest of these names, `None` when none is near: at most a third of the letters differ.
pub(crate) fn nearest<'names>(
    wrong: &str,
    names: impl Iterator<Item = &'names str>,
) -> Option<&'names str> {
    // Names far longer than any real one are not worth the square of their length.
    if wrong.len() > 64 {
        return None;
    }
    let near = names.filter(|name| name.len() <= 64).map(|name| (distance(wrong, name), name));
    let (far, name) = near.min_by_key(|(far, _)| *far)?;
    (far <= wrong.chars().count().max(3) / 3).then_some(name)
}

/// Letters to change, add or remove; case does not count.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in right.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = change.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_mistake_is_near_and_another_word_is_not() {
        assert_eq!(nearest("Strng", ["String", "Int"].into_iter()), Some("String"));
        assert_eq!(nearest("Customer", ["String", "Int"].into_iter()), None);
    }
}
