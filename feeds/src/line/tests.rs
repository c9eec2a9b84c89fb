use super::*;
use proptest::prelude::*;

fn written(write: impl FnOnce(Line<'_>)) -> String {
    let mut lines = ContentLines::new();
    write(lines.property("X-TEST"));
    String::from_utf8(lines.into_bytes()).expect("content lines are UTF-8")
}

fn unfolded(lines: &str) -> String {
    lines.replace("\r\n ", "")
}

#[test]
fn a_line_of_75_octets_stays_whole_and_one_more_octet_folds_it() {
    let room = 75 - "X-TEST:".len();
    assert_eq!(
        written(|l| l.text(&"a".repeat(room)))
            .matches("\r\n")
            .count(),
        1
    );
    let folded = written(|l| l.text(&"a".repeat(room + 1)));
    assert_eq!(folded, format!("X-TEST:{}\r\n a\r\n", "a".repeat(room)));
}

#[test]
fn folding_keeps_characters_and_escapes_whole() {
    for filler in 60..75 {
        for text in [
            "𠮷𠮷𠮷𠮷𠮷",
            "月历月历月历",
            ",,,,,,,,,,,",
            "\\\\\\\\\\",
            "\n\n\n\n\n\n",
        ] {
            let lines = written(|l| l.text(&format!("{}{text}", "a".repeat(filler))));
            for line in lines.split_terminator("\r\n") {
                assert!(line.len() <= 75, "{line}");
                let escapes = line.chars().rev().take_while(|c| *c == '\\').count();
                assert_eq!(escapes % 2, 0, "an escape is cut at the end of {line}");
            }
        }
    }
}

#[test]
fn texts_are_escaped_and_parameters_quoted() {
    assert_eq!(
        written(|l| l.text("a,b;c\\d\r\ne\u{7}")),
        "X-TEST:a\\,b\\;c\\\\d\\ne\r\n"
    );
    assert_eq!(written(|l| l.texts(["a,b", "c"])), "X-TEST:a\\,b,c\r\n");
    assert_eq!(
        written(|l| l.param("CN", "a\"b\n^c;X=1:\\").word("v")),
        "X-TEST;CN=\"a^'b^n^^c;X=1:/\":v\r\n"
    );
    assert_eq!(
        written(|l| l.param("CN", "").word("v")),
        "X-TEST;CN=\"\":v\r\n"
    );
}

#[test]
fn a_uri_cannot_hold_a_line_end_and_keeps_its_delimiters() {
    assert_eq!(
        written(|l| l.uri("https://例.cn/a b?x=1,2;3\r\nATTENDEE:x&y=%20#z")),
        "X-TEST:https://%E4%BE%8B.cn/a%20b?x=1,2;3ATTENDEE:x&y=%20#z\r\n"
    );
}

#[test]
fn instants_are_written_as_shanghai_clocks_show_them() {
    let late = DateTime::from_timestamp(1_632_484_800, 0).expect("a date");
    assert_eq!(written(|l| l.utc(late)), "X-TEST:20210924T120000Z\r\n");
    assert_eq!(
        written(|l| l.shanghai(late)),
        "X-TEST;TZID=Asia/Shanghai:20210924T200000\r\n"
    );
}

/// Not `any::<String>()`: that leaves control characters out.
fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 0..200).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn any_value_stays_in_one_content_line(text in any_text(), param in any_text()) {
        let lines = written(|l| l.param("X-P", &param).text(&text));
        prop_assert!(lines.ends_with("\r\n"));
        for line in lines.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75);
            prop_assert!(!line.chars().any(char::is_control));
        }
        let one = unfolded(&lines);
        prop_assert_eq!(one.matches("\r\n").count(), 1);
        prop_assert!(one.starts_with("X-TEST;X-P="));
        let cleaned: String = cleaned(&text).collect();
        let back = one.trim_end_matches("\r\n").rsplit_once(&format!(":{}", escaped(&cleaned)));
        prop_assert!(back.is_some());
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;")
        .replace('\n', "\\n")
}
