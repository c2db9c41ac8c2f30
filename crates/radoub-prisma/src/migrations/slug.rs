//! What becomes of the name that a person gives to a migration: the end of its folder's name.
//!
//! Measured letter by letter on the real CLI 6.19, with Latin, Greek, Cyrillic, Armenian, Georgian
//! and Arabic; of other scripts nothing is left, as there.

use std::ops::RangeInclusive;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// How long the end may be; Prisma cuts it there, in the middle of a word too.
const MOST_CHARACTERS: usize = 200;

/// Letters that are more than a Latin letter with a mark, small ones, and what stands for them.
const LETTERS: [(&str, &str); 72] = [
    ("٠۰", "0"),
    ("١۱①", "1"),
    ("٢۲", "2"),
    ("٣۳", "3"),
    ("٤۴", "4"),
    ("٥۵", "5"),
    ("٦۶", "6"),
    ("٧۷", "7"),
    ("٨۸", "8"),
    ("٩۹", "9"),
    ("άαаաآأاىა₳", "a"),
    ("äæ", "ae"),
    ("ۍ", "ai"),
    ("Βбբبბ₿", "b"),
    ("¢ցڅ₡₵", "c"),
    ("₠", "ce"),
    ("чչچჩ", "ch"),
    ("₢", "cr"),
    ("ðđдդدضڈډდ", "d"),
    ("ذ", "dh"),
    ("₯", "dp"),
    ("ձძ", "dz"),
    ("έεеэէءعۀېےე€", "e"),
    ("φфֆف₣", "f"),
    ("γгґգږګگგ₲", "g"),
    ("ղغღ", "gh"),
    ("ħհحهھہჰ", "h"),
    ("ıΐήίηιϊиіիإი", "i"),
    ("ĳ", "ij"),
    ("ջجჯ", "j"),
    ("κкկكکკყ₭", "k"),
    ("хխخხ", "kh"),
    ("ќ", "kj"),
    ("ξ", "ks"),
    ("łλлլلლ₺", "l"),
    ("љ", "lj"),
    ("μмմمმ₥", "m"),
    ("νнնنںڼნ₦", "n"),
    ("њ", "nj"),
    ("øοωόώоօო", "o"),
    ("ö", "oe"),
    ("πпպփټپპ₱₽", "p"),
    ("ფ", "ph"),
    ("ψ", "ps"),
    ("₧", "pt"),
    ("քقქ", "q"),
    ("ρрռրرڑړრ₹", "r"),
    ("₨", "rs"),
    ("ςσсսسصს₫₰₴₷", "s"),
    ("щ", "sch"),
    ("шշشშ", "sh"),
    ("ß", "ss"),
    ("τтթտةتطٹთტ₮₸", "t"),
    ("ճჭ", "tch"),
    ("þθث", "th"),
    ("цծცწ", "ts"),
    ("₶", "tt"),
    ("уُუ", "u"),
    ("ü", "ue"),
    ("βвվვ", "v"),
    ("ո", "vo"),
    ("ؤو₩", "w"),
    ("χښ", "x"),
    ("¥ΰυϋύйыըյئيی", "y"),
    ("я", "ya"),
    ("єե", "ye"),
    ("և", "yev"),
    ("ї", "yi"),
    ("ё", "yo"),
    ("ю", "yu"),
    ("ζзզزظځზ", "z"),
    ("жժژჟ", "zh"),
];

/// Capitals of these stand for capitals only: `Þ` is `TH`, where `Ж` is `Zh`. It shows where words
/// are told apart by their capitals.
const ALL_CAPITALS: &str = "æþĳθξψß";

/// Signs with a word of their own.
const WORDS: [(char, &str); 3] = [('&', " and "), ('🦄', " unicorn "), ('♥', " love ")];

/// Accents that combine with the letter before them.
const MARKS: RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// The name in small ASCII letters and digits, words joined by `_`; empty when nothing is left
/// (Prisma facts 2.2).
///
/// Words are told apart by whatever is no letter or digit, and by capitals: `addUserTable`,
/// `HTTPServer v2`. The `'s` and `'t` at the end of a word belong to it.
pub fn slug(name: &str) -> String {
    let latin: String = name.chars().map(latin).collect();
    let small = parted(&latin).to_ascii_lowercase();
    let small = with_short_ends(&small);
    let words: Vec<&str> = small
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_").chars().take(MOST_CHARACTERS).collect()
}

/// What stands for a character; itself, without its marks, when nothing else is known.
fn latin(letter: char) -> String {
    if let Some((_, word)) = WORDS.iter().find(|(sign, _)| *sign == letter) {
        return (*word).to_owned();
    }
    if letter.is_ascii() {
        return letter.to_string();
    }
    let known = |letter: char| {
        LETTERS.iter().find(|(letters, _)| letters.contains(letter)).map(|(_, latin)| *latin)
    };
    if let Some(latin) = known(letter) {
        // The only capital among them is the beta, which sounds unlike the small one.
        return if letter == 'Β' { latin.to_ascii_uppercase() } else { latin.to_owned() };
    }
    let mut small = letter.to_lowercase();
    if let (Some(small), None) = (small.next(), small.next())
        && let Some(latin) = known(small)
    {
        let capitals = if ALL_CAPITALS.contains(small) { latin.len() } else { 1 };
        let (first, rest) = latin.split_at(capitals.min(latin.len()));
        return first.to_ascii_uppercase() + rest;
    }
    let bare = DecomposingNormalizerBorrowed::new_nfd().normalize_iter(std::iter::once(letter));
    bare.filter(|part| !MARKS.contains(part)).collect()
}

/// Puts a blank where a capital begins a word, and before digits behind capitals.
fn parted(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let upper = |at: usize| letters.get(at).is_some_and(char::is_ascii_uppercase);
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let lower = |at: usize| letters.get(at).is_some_and(char::is_ascii_lowercase);
    let mut parted = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let begins = at > 0
            && match at - 1 {
                before if upper(at) => {
                    // The s of `IDs` is no new word.
                    let small_behind = lower(at + 1) && letters[at + 1] != 's';
                    lower(before) || digit(before) || (upper(before) && small_behind)
                }
                before => digit(at) && upper(before) && before > 0 && upper(before - 1),
            };
        if begins {
            parted.push(' ');
        }
        parted.push(*letter);
    }
    parted
}

/// Joins the `'s` and `'t` at the end of a word to it: `don't`, `users' friend's`.
fn with_short_ends(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let ends_short = |at: usize| {
        letters[at] == '\''
            && at > 0
            && letters[at - 1].is_ascii_alphanumeric()
            && matches!(letters.get(at + 1), Some('s' | 't'))
            && letters.get(at + 2).is_none_or(|behind| behind.is_whitespace())
    };
    (0..letters.len()).filter(|&at| !ends_short(at)).map(|at| letters[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::slug;

    // What the real CLI 6.19 made of each of these.
    #[test]
    fn a_name_becomes_what_prisma_makes_of_it() {
        let cases = [
            ("addUserTable", "add_user_table"),
            ("Add  email-to  User!", "add_email_to_user"),
            ("ünïcode Straße", "uenicode_strasse"),
            ("HTTPServer v2", "http_server_v2"),
            ("a.b/c\\d", "a_b_c_d"),
            ("123", "123"),
            ("ABCd", "ab_cd"),
            ("ABC1", "abc_1"),
            ("IDs", "ids"),
            ("userIDs", "user_ids"),
            ("APIs2", "apis2"),
            ("v2API", "v2_api"),
            ("fooBAR1Baz", "foo_bar_1_baz"),
            ("x1Y2Z3", "x1_y2_z3"),
            ("AÉÜb", "ae_ueb"),
            ("ÜBER", "ue_ber"),
            ("ЖЖ Щa", "zh_zh_scha"),
            ("ÆA ÞA ĲA ΘA ΞA ẞẞ", "aea_tha_ija_tha_ksa_ssss"),
            ("ÉÉa ÀBc", "e_ea_a_bc"),
            ("Βαβα", "bava"),
            ("миграция Քաղաք", "migratsiya_qaghaq"),
            ("l'été d’hier", "l_ete_d_hier"),
            ("don't-x it's. dogs' 't a's'b O'Tis x'T", "don_t_x_it_s_dogs_t_a_s_b_o_tis_xt"),
            ("a'b don't", "a_b_dont"),
            ("add-user's", "add_users"),
            ("isn’t", "isn_t"),
            ("a & b", "a_and_b"),
            ("🦄 ♥ x", "unicorn_love_x"),
            ("_a_", "a"),
            ("e\u{301}\u{301}x", "ex"),
            ("名前", ""),
            ("a名b", "a_b"),
            ("   ", ""),
        ];
        for (given, expected) in cases {
            assert_eq!(slug(given), expected, "of {given:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(slug(&"é".repeat(250)), "e".repeat(200));
        assert_eq!(slug(&"abcdefghi ".repeat(30)), "abcdefghi_".repeat(20));
    }
}
