import streamlit as st

st.title("Goal 1: one ball?")
