/** Builds inmesh-agent.jar; runs in the Maven build and is not part of the jar. */
@NullMarked
package io.inmesh.agent.build;

import org.jspecify.annotations.NullMarked;
