package io.inmesh.control.plane.model;

/** Istio's WorkloadEntry: one workload, selected by ServiceEntries through its labels. */
public record WorkloadEntry(Meta meta, WorkloadSpec spec) implements Resource {}
