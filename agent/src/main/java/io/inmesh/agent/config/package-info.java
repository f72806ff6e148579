/** The agent's settings: where they come from and what they mean. */
@NullMarked
package io.inmesh.agent.config;

import org.jspecify.annotations.NullMarked;
