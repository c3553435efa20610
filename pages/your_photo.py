import streamlit as st

st.title("Your photo")
