"""What the server does besides what Streamlit's does; most of it begins in app.py.

what it serves      serving (routes, and what each request passes through), base_path (under which all
                    addresses are), kept (arrays and pictures, fetched once), downloads
a first visit       page_html (styles and font with the page), compressed, warm (torch, soon after)
the line            stragglers (what comes too late), reconnected (what was lost), overtaken_runs, last_words
what people bring   unwritten_uploads, uploads_under_way, left_sessions (let go of soon), broken_off
many people         open_files
"""
