package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.Resource;
import java.util.List;
import java.util.Map;

/**
 * The configuration in force: of each file its last good content.
 *
 * @param problems what is wrong with the files as they are on disk now
 * @param unused how many resources of each kind are accepted but not used yet
 */
public record ConfigState(
    List<Resource> resources,
    MeshConfig mesh,
    List<Problem> problems,
    Map<String, Integer> unused) {
  public ConfigState {
    resources = List.copyOf(resources);
    problems = List.copyOf(problems);
    unused = Map.copyOf(unused);
  }
}
