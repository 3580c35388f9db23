//! What somebody is told of a broken file of the harness: all that is wrong with it, where, and what may stand there.

use crate::support::Project;

/// A file of the project's own data with several faults: each of `parts` is told, and the run does not begin.
fn told(path: &str, text: &str, parts: &[&str]) {
    let project = Project::repository();
    let file = format!(".fairway/parity/{path}");
    project.write(&file, text);
    let answer = project.run(&["parity", "run", "--reference", ".", "--adapter", "gpuaas"]);
    assert_eq!(answer.code, 1, "{answer}");
    for part in parts {
        assert!(answer.stderr.contains(part), "{part} is missing in\n{answer}");
    }
    let json = project.run(&["parity", "run", "--reference", ".", "--adapter", "gpuaas", "--json"]);
    let envelope: serde_json::Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!(envelope["error"]["code"], "parity-data", "{json}");
}

#[test]
fn an_adapter() {
    let text = "schema = \"fairway-adapter/2\"\nname = \"mine\"\nsummry = \"x\"\n\n[files]\nqueue = 3\n\n\
                [[outcomes]]\nexit = [0]\ngives = \"okay\"\n\n[operations.clam]\nargv = [\"./q\"]\n\n\
                [operations.ready]\nargv = [\"./q\"]\n[[operations.ready.answers]]\nstream = \"stdou\"\nreader = \"jsn\"\n";
    told(
        "adapters/mine.toml",
        text,
        &[
            "adapters/mine.toml:1:10",
            "adapters/mine.toml:3:1",
            "did you mean `summary`?",
            "adapters/mine.toml:6:9",
            "adapters/mine.toml:10:9",
            "adapters/mine.toml:12:13",
            "did you mean `claim`?",
            "adapters/mine.toml:18:10",
            "did you mean `stdout`?",
            "adapters/mine.toml:19:10",
            "did you mean `json`?",
        ],
    );
}

#[test]
fn a_scenario() {
    let text = "behaviour = \"clam\"\nsummary = \"x\"\nstart = \"standart\"\nnow = \"soon\"\n\n\
                [[omit]]\nchannel = \"answer\"\nreason = \" \"\n\n\
                [[steps]]\noperation = \"claims\"\n\n\
                [[steps]]\noperation = \"claim\"\nargs = { tsk = \"A\" }\nexpect = \"hold\"\n";
    told(
        "scenarios/claim/broken.toml",
        text,
        &[
            "broken.toml:1:13",
            "expected `claim`, the name of its folder",
            "broken.toml:3:9",
            "did you mean `standard`?",
            "broken.toml:4:7",
            "expected YYYY-MM-DDTHH:MM:SSZ",
            "broken.toml:7:11",
            "broken.toml:8:10",
            "broken.toml:11:13",
            "did you mean `claim`?",
            "broken.toml:15:10",
            "broken.toml:16:10",
            "did you mean `held`?",
        ],
    );
}

#[test]
fn a_file_of_normalisers() {
    let text = "[[normalisers]]\nid = \" \"\nplace = \"somewhere\"\nis = \"tme\"\npattern = \"(a)(b)\"\n\
                reason = \"r\"\nowner = \"o\"\nexpires = 2020-01-01\n\n\
                [[normalisers]]\nid = \"two\"\nplaces = \"answer · /at\"\n";
    told(
        "normalisers.toml",
        text,
        &[
            "normalisers.toml:2:6",
            "normalisers.toml:3:9",
            "expected one of `answer · …`",
            "normalisers.toml:4:6",
            "did you mean `time`?",
            "normalisers.toml:5:11",
            "expected one group",
            "normalisers.toml:8:11",
            "this normaliser expired on 2020-01-01",
            "normalisers.toml:12:1",
            "did you mean `place`?",
            "`owner` is missing",
        ],
    );
}

#[test]
fn a_file_of_waivers() {
    let text = "[[waivers]]\nid = \"w\"\nbehaviour = \"claim\"\nscenario = \"*\"\nchannel = \"anwser\"\nplace = \"*\"\n\
                differs = \"\"\nreference = \"{\"\nreason = \"r\"\nkind = \"by-desgin\"\n\n\
                [[waivers]]\nid = \"w\"\nowner = 3\nkind = \"temporary\"\nexpires = \"soon\"\n";
    told(
        "waivers.toml",
        text,
        &[
            "waivers.toml:5:11",
            "did you mean `answer`?",
            "waivers.toml:7:11",
            "waivers.toml:8:13",
            "waivers.toml:10:8",
            "did you mean `by-design`?",
            "two waivers are called `w`",
            "`behaviour` is missing",
            "waivers.toml:14:9",
            "waivers.toml:16:11",
        ],
    );
}

#[test]
fn a_file_that_is_no_toml_and_others_beside_it() {
    let project = Project::repository();
    project.write(".fairway/parity/waivers.toml", "[[waivers]]\nid = \nbehaviour = nope\n");
    project.write(".fairway/parity/normalisers.toml", "[[normaliser]]\n");
    let answer = project.run(&["parity", "run", "--reference", ".", "--adapter", "gpuaas"]);
    assert_eq!(answer.code, 1, "{answer}");
    for part in ["waivers.toml:2:", "waivers.toml:3:", "normalisers.toml:1:3", "did you mean `normalisers`?"]
    {
        assert!(answer.stderr.contains(part), "{part} is missing in\n{answer}");
    }
}
