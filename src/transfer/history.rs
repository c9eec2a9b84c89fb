//! How a row came to be what it is: its steps, one after the other, by the rules of live actions.
//!
//! Invariant: after the last step the activity is what the row says; if not, nothing is taken.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{
    content::Known,
    row::Place,
    steps::{At, Step, What, published},
};
use crate::{
    domain::{
        action::{Action, Statement},
        activity::{Activity, Content, Draft},
        input::{Faults, Read, merge_patch, shown},
        text::Slug,
        when::{When, day_of},
    },
    ids::ActivityId,
};

/// One step as it was taken.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// When it was published.
    pub at: DateTime<Utc>,
    /// The activity after it.
    pub activity: Activity,
    /// What was published.
    pub statement: Statement,
}

/// A row whose history is told.
pub(super) struct Tale<'a> {
    /// What is known.
    pub known: &'a Known,
    /// Where it stands.
    pub place: &'a Place,
    /// The row's value, with the parent's id.
    pub value: &'a Map<String, Value>,
    /// How it stands at the end.
    pub content: &'a Content,
    /// Its id.
    pub id: ActivityId,
    /// Its slug.
    pub slug: Slug,
    /// Whether the row by itself is without a fault; otherwise its faults are not told again at every patch.
    pub clean: bool,
}

impl Tale<'_> {
    /// Takes the steps.
    pub(super) fn tell(&self, history: &Value, faults: &mut Faults) -> Option<Vec<Told>> {
        let clean = faults.0.len();
        let steps = Vec::<Step>::read(history, "/history", faults)?;
        let Some(What::Announce { when, patch }) = steps.first().map(|step| &step.what) else {
            faults.add("/history", "must begin with announce");
            return None;
        };
        let at = published(&steps, self.known.now, faults);
        let content = self.at_the_end(&steps, faults);
        let announced = self.as_announced(when.as_ref(), patch, &steps, faults);
        if faults.0.len() > clean {
            return None;
        }
        let draft = Activity::draft(
            self.id.clone(),
            &self.known.authority,
            self.slug.clone(),
            announced?.content,
            at[0],
        );
        let mut told = Vec::with_capacity(steps.len());
        let mut present = draft;
        for (i, (step, at)) in steps.iter().zip(at).enumerate() {
            let action = self.action(&present, step, i, faults)?;
            match present.apply(&action, at) {
                Ok(change) => {
                    let mut statement = change.statement?;
                    statement.source.clone_from(&step.source);
                    present = change.activity;
                    told.push(Told {
                        at,
                        activity: present.clone(),
                        statement,
                    });
                }
                Err(refusal) => {
                    faults.add(
                        format!("/history/{i}"),
                        format!("{}: {refusal}", step.what.name()),
                    );
                    return None;
                }
            }
        }
        compare(&present.content, &content, faults);
        (faults.0.len() == clean).then_some(told)
    }

    /// The row's content, with the figures and outcomes that `hold` brings where it has none.
    fn at_the_end(&self, steps: &[Step], faults: &mut Faults) -> Content {
        let mut content = self.content.clone();
        for (i, step) in steps.iter().enumerate() {
            let What::Hold { figures, outcomes } = &step.what else {
                continue;
            };
            if let Some(figures) = figures {
                if content.figures.is_empty() {
                    content.figures.clone_from(figures);
                } else if content.figures != *figures {
                    faults.add(
                        format!("/history/{i}/figures"),
                        "differ from the row's figures",
                    );
                }
            }
            if let Some(outcomes) = outcomes {
                if content.outcomes.is_empty() {
                    content.outcomes.clone_from(outcomes);
                } else if content.outcomes != *outcomes {
                    faults.add(
                        format!("/history/{i}/outcomes"),
                        "differ from the row's outcomes",
                    );
                }
            }
        }
        content
    }

    fn as_announced(
        &self,
        when: Option<&When>,
        patch: &Map<String, Value>,
        steps: &[Step],
        faults: &mut Faults,
    ) -> Option<Draft> {
        let mut value = self.value.clone();
        for step in steps {
            if let What::Hold { figures, outcomes } = &step.what {
                if figures.is_some() {
                    value.remove("figures");
                }
                if outcomes.is_some() {
                    value.remove("outcomes");
                }
            }
        }
        if let Some(when) = when {
            value.insert(
                "when".to_owned(),
                serde_json::to_value(when).expect("a slot has string keys only"),
            );
        }
        // The edition stays the row's, also where the row has it from its start.
        value.insert("edition".to_owned(), self.content.edition.into());
        self.patched(value, patch, 0, faults)
    }

    /// The content that a patch makes of a value, with faults named at the patch.
    fn patched(
        &self,
        value: Map<String, Value>,
        patch: &Map<String, Value>,
        step: usize,
        faults: &mut Faults,
    ) -> Option<Draft> {
        let at = format!("/history/{step}/patch");
        let mut resolved = patch.clone();
        self.known.resolve_parent(&mut resolved, &at, faults);
        let mut merged = Value::Object(value);
        merge_patch(&mut merged, &Value::Object(resolved));
        let Value::Object(mut merged) = merged else {
            return None;
        };
        merged.remove("slug");
        let mut found = Faults::default();
        let draft = self.known.content(self.place, &merged, &mut found);
        for fault in found.0 {
            let field = fault.pointer.split('/').nth(1).unwrap_or_default();
            if !self.clean && !patch.contains_key(field) {
                continue;
            }
            faults.add(format!("{at}{}", fault.pointer), fault.detail);
        }
        draft
    }

    fn action(
        &self,
        present: &Activity,
        step: &Step,
        i: usize,
        faults: &mut Faults,
    ) -> Option<Action> {
        Some(match &step.what {
            What::Announce { .. } => Action::Announce { publish_at: None },
            What::Act(action) => action.clone(),
            What::Hold { figures, outcomes } => Action::Hold {
                figures: figures.clone(),
                outcomes: outcomes.clone(),
                stated_on: match (step.at, &present.content.when) {
                    (At::Instant(_), When::Minute { .. }) => None,
                    (At::Instant(at), _) => Some(day_of(at)),
                    (At::Day(day), _) => Some(day),
                },
            },
            What::Patch { patch, telling } => Action::Update {
                content: Box::new(self.updated(present, patch, i, faults)?),
                telling: *telling,
            },
        })
    }

    fn updated(
        &self,
        present: &Activity,
        patch: &Map<String, Value>,
        i: usize,
        faults: &mut Faults,
    ) -> Option<Content> {
        let Ok(Value::Object(value)) = serde_json::to_value(&present.content) else {
            return None;
        };
        let before = faults.0.len();
        let draft = self.patched(value, patch, i, faults)?;
        (faults.0.len() == before).then_some(draft.content)
    }
}

/// Names every field in which the activity after its steps differs from the row.
fn compare(present: &Content, row: &Content, faults: &mut Faults) {
    let fields = |content: &Content| match serde_json::to_value(content) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (present, row) = (fields(present), fields(row));
    for (name, should) in &row {
        if let Some(is) = present.get(name)
            && is != should
        {
            faults.add(
                format!("/{name}"),
                format!(
                    "after the last step it is {}, but the row says {}",
                    shown(is),
                    shown(should)
                ),
            );
        }
    }
}
