# full is node:20 node:20-bookworm
# slim is node:20-slim node:20-bookworm-slim
FROM node:20 AS yarn
RUN npm install --global --prefix /opt/yarn yarn@1.22.22

FROM node:20 AS full
COPY --from=yarn /opt/yarn /opt/yarn
RUN ln -s /opt/yarn/bin/yarn /opt/yarn/bin/yarnpkg /usr/local/bin/ && yarn --version

FROM node:20-slim AS slim
COPY --from=yarn /opt/yarn /opt/yarn
RUN ln -s /opt/yarn/bin/yarn /opt/yarn/bin/yarnpkg /usr/local/bin/ && yarn --version
