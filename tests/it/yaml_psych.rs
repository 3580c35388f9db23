//! The reader of the legacy queue file against Ruby itself: the same documents to one Ruby process and to
//! `fairway::legacy::yaml`, answers compared field by field.

mod answer;
mod cases;
mod rejoin;
mod ruby;

use std::fmt::Write as _;

use fairway::legacy::yaml;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use answer::answer;
use cases::Case;

/// Where this reader refuses on purpose what Ruby reads, and why; `docs/decisions/0001-yaml-reader.md` says more.
const DEVIATIONS: [(&str, &str); 11] = [
    ("documents: alias in its own list", "a value that contains itself"),
    ("documents: alias in its own mapping", "a value that contains itself"),
    ("documents: merge of itself", "an alias inside the node that it names"),
    ("documents: ruby class Date", "an object of no use in a queue"),
    ("documents: ruby encoding", "an object of no use in a queue"),
    ("documents: ruby object Date", "an object of no use in a queue"),
    ("documents: ruby array Date", "an object of no use in a queue"),
    ("documents: ruby hash Time", "an object of no use in a queue"),
    ("documents: ruby hash with ivars", "instance variables"),
    ("documents: str mapping with more", "instance variables"),
    ("nesting: 1001 lists", "beyond the limit of 1,000"),
];

/// Compares every case; all but the named deviations have to agree.
fn compare(cases: &[Case]) {
    let documents: Vec<&[u8]> = cases.iter().map(|case| &*case.bytes).collect();
    let theirs = ruby::answers(&documents);
    let mut differences = Vec::new();
    for (case, theirs) in cases.iter().zip(&theirs) {
        let ours = answer(&case.bytes);
        let named = DEVIATIONS.iter().any(|(name, _)| *name == case.name);
        if (ours == *theirs) == named {
            let shown = String::from_utf8_lossy(&case.bytes);
            differences
                .push(format!("{}\n{shown:.200?}\n  ruby {theirs:.600}\n  ours {ours:.600}", case.name));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {} differ from Ruby, or are named as deviations and do not:\n{}",
        differences.len(),
        cases.len(),
        differences.join("\n")
    );
}

#[test]
fn every_plain_scalar_reads_as_in_ruby() {
    let cases = cases::scalars();
    assert!(cases.len() > 1_200, "{}", cases.len());
    compare(&cases);
}

#[test]
fn every_document_reads_as_in_ruby() {
    let cases = cases::documents();
    assert!(cases.len() > 300, "{}", cases.len());
    compare(&cases);
}

#[test]
fn the_yaml_test_suite_reads_as_in_ruby() {
    let cases = cases::test_suite();
    assert_eq!(cases.len(), 405);
    compare(&cases);
}

#[test]
fn the_fixture_queue_reads_as_in_ruby() {
    compare(&[cases::fixture_queue()]);
}

#[test]
fn nesting_reads_as_in_ruby_up_to_the_limit() {
    let nested = |depth: usize| Case {
        name: format!("nesting: {depth} lists"),
        bytes: format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into(),
    };
    compare(&[nested(1), nested(400), nested(1_001)]);
    assert!(yaml::load(&nested(yaml::MAX_DEPTH).bytes).is_ok());
    let refused = yaml::load(&nested(100_000).bytes).unwrap_err();
    assert_eq!(refused.refusal, yaml::Refusal::TooDeep);
}

#[test]
fn aliases_cannot_nest_or_multiply_without_bound() {
    let mut chain = String::from("- &a0 [x]\n");
    let mut bomb = String::from("a: &b0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..2_000 {
        let _ = writeln!(chain, "- &a{n} [*a{}]", n - 1);
    }
    for n in 1..20 {
        let tenfold = vec![format!("*b{}", n - 1); 10].join(", ");
        let _ = writeln!(bomb, "b{n}: &b{n} [{tenfold}]");
    }
    assert_eq!(yaml::load(chain.as_bytes()).unwrap_err().refusal, yaml::Refusal::TooDeep);
    assert_eq!(yaml::load(bomb.as_bytes()).unwrap_err().refusal, yaml::Refusal::TooLarge);
}

#[test]
fn streaming_gives_what_loading_gives() {
    let all = [cases::documents(), cases::test_suite(), vec![cases::fixture_queue()]].concat();
    for Case { name, bytes } in all {
        for key in ["tasks", "a", "b"] {
            let (streamed, loaded) = rejoin::both(&bytes, key);
            assert_eq!(streamed, loaded, "{name}, list under {key}");
        }
    }
}

/// Texts from the characters that numbers, dates, words and tags are made of.
#[test]
fn random_scalars_read_as_in_ruby() {
    let alphabets = [
        "[0-9+\\-._:eExXoObB,TZ~ynYN<=]{1,12}",
        "[-+]?[0-9]{1,3}[0-9_,:.]{0,8}[0-9eE+]{0,4}",
        "-?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}",
        "2001-[01]?[0-9]-[0-3]?[0-9][Tt ][ ]?[0-2]?[0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,11})? ?(Z|[-+][0-2]?[0-9]:?([0-9][0-9])?)?",
        "[-+]?[.][infaNIF]{3}|[yYnNtTfFoO~][a-zA-Z]{0,4}|:[a-z ]{0,3}",
        "!!(float|int|str|binary|null) \"?[0-9a-fxpXP+\\-._eE]{0,9}\"?",
    ];
    // The same texts every run: a difference that turns up has to turn up again.
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
    );
    let mut draw = |alphabet: &&str| {
        let texts = proptest::string::string_regex(alphabet).unwrap();
        prop::collection::vec(texts, 1_500).new_tree(&mut runner).unwrap().current()
    };
    let texts: Vec<String> = alphabets.iter().flat_map(&mut draw).collect();
    let case = |text: &String| Case { name: format!("random: {text}"), bytes: format!("- {text}\n").into() };
    let cases: Vec<Case> = texts.iter().map(case).collect();
    compare(&cases);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (streamed, loaded) = rejoin::both(&bytes, "a");
        prop_assert_eq!(streamed, loaded);
    }

    #[test]
    fn no_text_of_yaml_signs_makes_it_panic(text in "[-?:,\\[\\]{}#&*!|>'\"%@`ab1 \\n\\r\\t~<.\u{feff}é]{0,60}") {
        let (streamed, loaded) = rejoin::both(text.as_bytes(), "a");
        prop_assert_eq!(streamed, loaded);
    }
}
