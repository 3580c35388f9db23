use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;

use super::{PRESET_NAMES, preset};
use crate::config::{Config, ReviewRoute, load, parse};

fn read(name: &str) -> Config {
    let text = preset(name, "gpuaas").unwrap();
    match parse(name, &text) {
        Ok(loaded) if loaded.warnings.is_empty() => loaded.config,
        other => panic!("the preset {name} has problems: {other:#?}"),
    }
}

fn example(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

#[test]
fn the_default_preset_says_what_the_defaults_are() {
    let mut config = read("default");
    assert_eq!(config.fairway.project_name.take().as_deref(), Some("gpuaas"));
    assert_eq!(config, Config::default());
}

#[test]
fn the_gpuaas_preset_has_the_lanes_of_the_scripts() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/gpuaas/checkout/scripts/ops/agent_role_config.sh");
    let listed = duct::cmd("bash", [script.as_os_str(), "list".as_ref()])
        .full_env([("PATH", std::env::var("PATH").unwrap()), ("AGENT_WORKTREE_ROOT", "..".to_owned())])
        .read()
        .unwrap();
    let config = read("gpuaas");
    let root = Path::new("/srv/gpuaas");
    let ours: Vec<String> = config
        .roles
        .iter()
        .map(|role| {
            let worktree = config.worktrees.path_of(root, &role.name);
            let fields = [
                role.name.clone(),
                role.provider.clone().unwrap(),
                role.branch().into_owned(),
                config.worktrees.review_branch_naming.fill("gpuaas", &role.name),
                worktree.strip_prefix(root).unwrap().display().to_string(),
            ];
            fields.join("\t")
        })
        .collect();
    assert_eq!(ours.join("\n"), listed);
    assert_eq!(config.fairway.main_branch, "master");
}

/// With all that is commented out put in force, a preset is valid and leaves no key of the schema out.
#[test]
fn every_preset_has_every_key_set_or_commented_out() {
    let commented = Regex::new(r"(?m)^# (\[+[a-z_.]+\]+|[a-z_]+ = .*|  \{ .*|\])$").unwrap();
    for name in PRESET_NAMES {
        let text = preset(name, "x").unwrap();
        let text = commented.replace_all(&text, "$1");
        if let Err(errors) = parse(name, &text) {
            panic!("an example in the preset {name} is wrong: {:#?}", errors.problems);
        }
        let schema = crate::config::json_schema();
        let document: serde_json::Value = toml::from_str(&text).unwrap();
        assert_eq!(left_out(&schema, &schema, &document, ""), Vec::<String>::new(), "in the preset {name}");
    }
}

/// The keys of a definition that a value, or no element of a list, has.
fn left_out(schema: &Value, definition: &Value, value: &Value, path: &str) -> Vec<String> {
    let definition = match definition["$ref"].as_str().or(definition["items"]["$ref"].as_str()) {
        Some(name) => &schema["$defs"][name.trim_start_matches("#/$defs/")],
        None => definition,
    };
    let Some(properties) = definition["properties"].as_object() else { return vec![] };
    let elements = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let mut missing = Vec::new();
    for (key, property) in properties {
        let path = format!("{path}.{key}");
        match elements.iter().find_map(|element| element.get(key)) {
            Some(value) => missing.extend(left_out(schema, property, value, &path)),
            None => missing.push(path),
        }
    }
    missing
}

#[test]
fn the_examples_validate_and_the_exact_one_is_the_preset() {
    let exact = std::fs::read_to_string(example("gpuaas-a-b-c-d-e-config.toml")).unwrap();
    // The preset reads what the scripts read; the example lets a queue with the generic names in besides.
    let others = Regex::new("(?m)^role_names = .*$").unwrap();
    let exact = others.replace(&exact, "role_names = {}");
    assert!(exact == preset("gpuaas", "gpuaas").unwrap(), "the example and the preset differ");
    for name in ["gpuaas-a-b-c-d-e-config.toml", "gpuaas-config.toml"] {
        let loaded = load(&example(name)).unwrap();
        assert_eq!(loaded.warnings, []);
    }
}

#[test]
fn the_generic_example_differs_in_the_names_of_the_roles_only() {
    let without_names = |name: &str| {
        let mut config = load(&example(name)).unwrap().config;
        let names: Vec<String> =
            config.import.role_names.iter().map(|(theirs, _)| theirs.to_owned()).collect();
        config.import.role_names = crate::config::RoleNames::default();
        (serde_json::to_string(&config).unwrap(), names)
    };
    let (exact, generic_names) = without_names("gpuaas-a-b-c-d-e-config.toml");
    let (generic, exact_names) = without_names("gpuaas-config.toml");
    assert_eq!(exact_names, read("gpuaas").role_names().collect::<Vec<_>>(), "each reads the other's queue");
    assert_eq!(generic_names.len(), exact_names.len());
    let renamed = [("A-backend", "backend"), ("B-ui", "ui"), ("C-ops", "ops"), ("D-arch", "arch")]
        .into_iter()
        .chain([("E-governance", "governance")])
        .fold(exact, |text, (from, to)| text.replace(from, to));
    assert_eq!(renamed, generic);
}

#[test]
fn a_project_name_is_quoted_as_toml_needs_it() {
    let odd = "say \"hi\" \\ there";
    let config = parse("default", &preset("default", odd).unwrap()).unwrap().config;
    assert_eq!(config.fairway.project_name.as_deref(), Some(odd));
    assert_eq!(preset("nothing", "x"), None);
}

/// The oracle's rules, read from its source: the expression and the reviewer, in order.
fn rules_of_the_scripts() -> Vec<(Regex, String)> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/gpuaas/checkout/scripts/ops/agent_queue_store.rb");
    let source = std::fs::read_to_string(store).unwrap();
    let rule = Regex::new(r"(?m)^    \[%r\{(.+)\}, '(.+)'\],?$").unwrap();
    rule.captures_iter(&source)
        .map(|found| (Regex::new(&found[1].replace(r"\/", "/")).unwrap(), found[2].to_owned()))
        .collect()
}

static RULES: LazyLock<Vec<(Regex, String)>> = LazyLock::new(rules_of_the_scripts);
static ROUTES: LazyLock<Vec<ReviewRoute>> = LazyLock::new(|| read("gpuaas").review_routes);

/// Paths near the rules: their words, in and out of place, and others.
fn paths() -> impl Strategy<Value = String> {
    let words = [
        ".github",
        "scripts",
        "ci",
        "ops",
        "doc",
        "api",
        "architecture",
        "design",
        "governance",
        "cmd",
        "terminal-gateway",
        "node-agent",
        "billing-worker",
        "packages",
        "services",
        "auth",
        "payments",
        "shared",
        "authz",
        "security",
        "release",
        "runtime",
        "web",
        "app",
        "x",
        "README.md",
        "a b",
        "ü",
        ".hidden",
    ];
    let word = prop::sample::select(words.to_vec());
    let part = prop_oneof![
        6 => word.clone().prop_map(str::to_owned),
        1 => (word.clone(), word.clone()).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (word.clone(), word).prop_map(|(a, b)| format!("pre-{a}.{b}")),
    ];
    (prop::collection::vec(part, 1..6), any::<bool>())
        .prop_map(|(parts, slash)| parts.join("/") + if slash && parts.len() > 2 { "/" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The globs match what the expressions match, rule by rule and in the same order.
    #[test]
    fn the_review_routes_are_those_of_the_scripts(paths in prop::collection::vec(paths(), 20)) {
        prop_assert_eq!((ROUTES.len(), RULES.len()), (10, 10));
        for (route, (rule, reviewer)) in ROUTES.iter().zip(RULES.iter()) {
            prop_assert_eq!(&route.reviewer, reviewer);
            for path in &paths {
                let (ours, theirs) = (route.r#match.is_match(path), rule.is_match(path));
                prop_assert_eq!(ours, theirs, "{:?} against {} for {:?}", route.r#match.as_slice(), rule, path);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// One letter too many anywhere in any key is found, on its line and in its column.
    #[test]
    fn a_typo_in_a_key_is_found_where_it_is(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let key = Regex::new(r"^([a-z_]+) = |^\[+([a-z_]+)\]+").unwrap();
        for name in PRESET_NAMES {
            let text = preset(name, "x").unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let keyed: Vec<usize> = (0..lines.len()).filter(|&line| key.is_match(lines[line])).collect();
            let line = *pick.get(&keyed);
            let found = key.captures(lines[line]).unwrap();
            let word = found.get(1).or(found.get(2)).unwrap();
            let typo = word.start() + at.index(word.len() + 1);
            let mut wrong: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
            wrong[line].insert(typo, 'q');

            let errors = parse("c.toml", &wrong.join("\n")).unwrap_err();
            let places: Vec<_> = errors.problems.iter()
                .filter(|problem| problem.code == "unknown-key")
                .map(|problem| problem.place.clone().unwrap())
                .collect();
            prop_assert!(
                places.iter().any(|place| (place.line, place.column, place.width)
                    == (line + 1, word.start() + 1, word.len() + 1)),
                "{} is at line {}, but the problems are {:#?}", wrong[line], line + 1, errors.problems
            );
        }
    }
}
