/**
 * The inbound side: what becomes of connections that the app's ports accept, and of their requests.
 */
@NullMarked
package io.inmesh.agent.inbound;

import org.jspecify.annotations.NullMarked;
