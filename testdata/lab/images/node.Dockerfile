# full is node:20 node:20-bookworm
# slim is node:20-slim node:20-bookworm-slim
FROM node:20 AS yarn
RUN npm install --global yarn@1.22.22 && mv /usr/local/lib/node_modules/yarn /opt/yarn

FROM node:20 AS full
COPY --from=yarn /opt/yarn /opt/yarn
RUN ln -s /opt/yarn/bin/yarn /opt/yarn/bin/yarnpkg /usr/local/bin/ && yarn --version

FROM node:20-slim AS slim
COPY --from=yarn /opt/yarn /opt/yarn
RUN ln -s /opt/yarn/bin/yarn /opt/yarn/bin/yarnpkg /usr/local/bin/ && yarn --version
