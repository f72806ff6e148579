/** From a folder of YAML files to checked Istio resources, every problem with its file and line. */
@NullMarked
package io.inmesh.control.plane.config;

import org.jspecify.annotations.NullMarked;
