package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;

/** A copy of requests that goes to another cluster, its response discarded. */
public record MirrorPolicy(String cluster, FractionalPercent fraction, boolean hostSuffix) {}
