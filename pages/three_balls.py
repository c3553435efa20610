import streamlit as st

st.title("Goal 2: which balls?")
