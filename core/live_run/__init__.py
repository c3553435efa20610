"""A live run: changed while it trains, looked back at, branched, kept in a folder, written as a script.

run             the run itself; settings: everything that it depends on, checked
starts          from which weights it begins; mixture: on which photos
changes         what was changed at which step; events: that as people are told it
history         its curves and events; curve: thinned to what can be seen, without losing peaks;
                history_csv: as a table for a spreadsheet
judgement       J and accuracy on training and test photos; warnings: overshooting, stuck
keyframes       the weights of earlier steps, to go back to and branch from
state           its folder, from which it goes on after a kill
plain_script    the same run as a script in plain torch.nn, autograd and torch.optim; plain_script_parts
"""

LANES = "ABC"  # the names of the runs side by side
MOST_LANES = len(LANES)
