"""The design system 无障碍与适老化: modes, layouts, components, page rendering, audits. Knows no slice."""
