package io.inmesh.engine.listener;

/** One filter chain. */
public record FilterChain(String name, FilterChainMatch match, FilterChainAction action) {}
