"""Simulated people who ring a salon: how they wish, think, answer and give up."""
