"""The layout and colours of all widgets. No colour carries a meaning alone."""

from __future__ import annotations

from typing import Final

__all__ = ["CSS"]

CSS: Final = """
Screen { background: $background; color: $foreground; layers: base overlay; }
Line { height: 1; width: 1fr; background: $panel; color: $foreground; text-wrap: nowrap;
       text-overflow: clip; }
#notice { background: $background; height: auto; max-height: 2; text-wrap: wrap; }
#panes { height: 1fr; layout: vertical; }

Pane, BookTable, #dialog { border: round $line; border-title-color: $foreground;
                           border-title-background: $background; background: $background; }
Pane:focus, BookTable:focus { border: heavy $accent; border-title-style: reverse;
                              background-tint: transparent; }
Pane { padding: 0 1; scrollbar-size-vertical: 1; }
Pane Static { width: 1fr; height: auto; }
BookTable { height: 1fr; scrollbar-size: 0 1; overflow-x: hidden; }
BookTable > .datatable--header { background: $background; color: $foreground;
                                 text-style: bold underline; }
BookTable:focus > .datatable--header { background: $background; background-tint: transparent; }
BookTable > .datatable--even-row, BookTable > .datatable--odd-row { background: $background; }
BookTable > .datatable--hover { background: $panel; }
BookTable > .datatable--cursor { background: $panel; color: $foreground; text-style: bold; }
BookTable:focus > .datatable--cursor { background: $block-cursor-background;
                                       color: $on-cursor; text-style: bold; }

Input, TextArea { background: $panel; color: $foreground; background-tint: transparent; }
Input:focus, TextArea:focus { background-tint: transparent; text-style: underline; }
Input > .input--placeholder { color: $text-muted; }
Input > .input--selection { background: $block-cursor-background; color: $on-cursor; }
TextArea > .text-area--cursor-line { background: $panel; }
TextArea > .text-area--selection { background: $block-cursor-background; color: $on-cursor; }
#filter { height: 1; margin: 0 1; }

ListScreen #list { height: 9fr; }
ListScreen #detail { height: 10fr; }
ListScreen.-wide #panes { layout: horizontal; }
ListScreen.-wide #list { width: 11fr; height: 1fr; }
ListScreen.-wide #detail { width: 10fr; height: 1fr; }
ListScreen.-wide #filter { dock: top; }
ListScreen.-wide.-filtering #list, ListScreen.-wide.-filtering #detail { margin-top: 1; }
ListScreen.-alone #list, ListScreen.-alone #detail { height: 1fr; width: 1fr; }

HomeScreen #panes { layout: grid; grid-size: 2; grid-rows: 2fr 7 2fr; }
HomeScreen #needs, HomeScreen #since { column-span: 2; }
HomeScreen.-alone #panes { layout: vertical; }
HomeScreen.-alone Pane, HomeScreen.-alone BookTable { height: 1fr; }

RecordsScreen #panes { layout: grid; grid-size: 2; grid-columns: 1fr 1fr;
                       grid-rows: 9 1fr 4; }
RecordsScreen.-wide #panes { layout: grid; grid-rows: 10 1fr 7; }
RecordsScreen.-wide #list { width: 1fr; }
RecordsScreen #filter { dock: top; }
RecordsScreen.-filtering #panes { padding-top: 1; }
RecordsScreen #list { row-span: 3; width: 1fr; height: 1fr; margin: 0; }
RecordsScreen.-alone.-alone #panes { layout: vertical; }

Dialog { align: center middle; background: $background 0%; }
#dialog { width: 78; max-width: 100%; max-height: 100%; height: auto; padding: 0 1;
          border: heavy $accent; }
#dialog.tall { height: 90%; }
#dialog.small { width: 60; }
#dialog #facts { height: auto; max-height: 15; border: none; padding: 0; }
#dialog #help, #dialog #log { border: none; padding: 0; height: 1fr; }
#dialog Static, #dialog Choice { height: auto; }
#typed { height: 1; margin-top: 1; }
#typed-label { width: auto; margin-right: 1; }
#typed-input { width: 8; }
#outcome { margin-top: 1; min-height: 1; }
#buttons { height: 1; align-horizontal: right; margin-top: 1; }
Push { width: auto; height: 1; margin-left: 2; }
Push:focus { background: $block-cursor-background; color: $on-cursor; text-style: bold; }
#fields { height: auto; max-height: 14; scrollbar-size-vertical: 1; }
.field { height: auto; }
.field-label { width: 14; color: $text-muted; }
.field Input { width: 1fr; }
.field TextArea { width: 1fr; height: 5; border: none; padding: 0; }
.field Choice { width: 1fr; }
Choice:focus { text-style: underline bold; }
.hint { padding-left: 14; color: $text-muted; }

Toast { background: $panel; color: $foreground; padding: 0 1; width: 50; max-width: 70%; }
Toast.-information, Toast.-warning, Toast.-error { border-left: round $accent; }
CommandPalette { background: $background 0%; }
CommandPalette > Vertical { background: $background; }
CommandPalette OptionList { background: $background; color: $foreground; }
CommandPalette .option-list--option-highlighted { background: $block-cursor-background;
                                                  color: $on-cursor; }
CommandPalette .command-palette--help-text { color: $text-muted; text-style: none; }
.-ascii Pane, .-ascii BookTable { border: ascii $line; }
.-ascii Pane:focus, .-ascii BookTable:focus { border: ascii $accent; }
.-ascii #dialog { border: ascii $accent; }
.-ascii #dialog Pane { border: none; }
.-ascii Toast.-information, .-ascii Toast.-warning { border-left: ascii $accent; }
.-ascii CommandPalette SearchIcon { display: none; }
.-ascii CommandPalette #--input, .-ascii CommandPalette CommandList { border: none; }
Tooltip { background: $panel; color: $foreground; }
"""
