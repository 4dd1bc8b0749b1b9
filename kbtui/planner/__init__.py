"""Before you buy or install: a goal, parts and tables in; a plan out, every line of it checked.

`kbtui.planner.make.make` is the one verb. A plan answers three questions: **buy** (do these parts fit together and serve
the goal), **install** (one consistent set of driver, CUDA, Python and wheels, and the commands in order) and **run**
(does the model fit the cards). Every line says what is required, what there is, the margin, where the number comes from
and which problem it prevents. What no table knows is unknown, never a guess.

Nothing here looks at a machine, prints or draws: facts come in, `lines.Plan` goes out, `text`, `markdown` and `html` write it.
"""
