//! The kit: what pages are built from. Nothing here asks for data or knows a use case; the looks are in `style/`.
//!
//! Everything renders the same on the server and in the browser at first: no clock, no locale, no randomness. What
//! needs the browser is in effects and event handlers. No component writes a `style` attribute (the CSP forbids it).

pub mod avatar;
pub mod button;
pub mod chips;
pub mod choice;
pub mod dialog;
pub mod diff;
pub mod empty;
pub mod field;
pub mod icon;
pub mod jump;
pub mod keys;
pub mod log;
pub mod notice;
pub mod objects;
pub mod page;
pub mod panel;
pub mod rail;
pub mod shell;
pub mod sparkline;
pub mod status;
pub mod steps;
pub mod table;
pub mod tabs;
pub mod text_area;
pub mod time;
pub mod toast;

pub use avatar::Avatar;
pub use button::{Button, ButtonKind, ButtonType, Buttons, IconButton, LinkButton};
pub use chips::{Chip, ChipRule, Chips};
pub use choice::{Check, Choice, Choices, Select, SelectOption};
pub use dialog::{ConfirmDialog, ConfirmName, Dialog};
pub use diff::{DiffLayout, DiffLayoutChips, DiffView, diff_layout_provide};
pub use empty::{Empty, ErrorBox, Forbidden, Loading, Stale};
pub use field::{Field, InputKind, TextInput};
pub use icon::{BrandMark, Glyph, Icon};
pub use jump::{JumpTarget, jump_matches};
pub use log::{LogLevel, LogLine, LogView};
pub use notice::{Attention, AttentionRow, Notice};
pub use objects::ObjectRow;
pub use page::{Crumb, Page, PageHead};
pub use panel::{Fact, Facts, Panel, PanelBody, Row, Rows};
pub use rail::NavLink;
pub use shell::{LiveState, Shell, ShellContext};
pub use sparkline::{Metric, Sparkline, sparkline_path};
pub use status::{Behind, Status, StatusMark, Tag, Tone};
pub use steps::{Step, StepPlace, Steps, Timeline, TimelineStep};
pub use table::{Table, TableKind};
pub use tabs::{TabLink, Tabs};
pub use text_area::{TextArea, TextAreaKind};
pub use time::{RelativeTime, clock_words, duration_words, exact_words, machine_words, relative_words};
pub use toast::{Toaster, Toasts, provide_toaster, use_toaster};
