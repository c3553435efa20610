import streamlit as st

st.title("Goal 3: exactly one")
