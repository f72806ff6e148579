package io.inmesh.cli.scan;

import java.util.List;

/**
 * What was found in an archive.
 *
 * @param classes how many were read
 * @param newestJava the Java release that the newest class needs; 0 without classes
 * @param buildJdk from the manifest; empty if it does not say
 */
public record ScanReport(List<Finding> findings, int classes, int newestJava, String buildJdk) {
  /** Copies the list. */
  public ScanReport {
    findings = List.copyOf(findings);
  }
}
