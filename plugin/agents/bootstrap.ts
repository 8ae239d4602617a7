/** What `node -e` runs in the agent's container. */
export { agentBootstrap as bootstrap } from '../build/agent-bootstrap.ts'
