-- Starts dlint's language server for Dockerfiles, .dockerignore and .dlint.yaml.
local M = {}

-- started holds the identifiers of servers by root, for Neovim 0.7.
local started = {}

local names = { dockerfile = true, dockerignore = true }

M.options = {
  cmd = { "dlint", "lsp" },
  -- What the server is told; see the README for the names.
  settings = {},
  -- Apply the safe fixes before a buffer is written.
  fix_on_save = false,
}

-- in_charge says whether the server knows what to do with a buffer. A file type
-- alone is not enough: Vim has none for .dockerignore that all versions share.
function M.in_charge(buf)
  local name = vim.api.nvim_buf_get_name(buf):match("[^/\\]*$")
  return names[vim.bo[buf].filetype] == true
    or name:match("%.dockerignore$") ~= nil
    or name:match("%.containerignore$") ~= nil
    or name:match("^%.dlint%.ya?ml$") ~= nil
end

-- root returns the folder that holds everything: the nearest one above a file
-- with a configuration or a repository, or else the file's own.
function M.root(buf)
  local dir = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ":p:h")
  local at = dir
  while true do
    for _, mark in ipairs({ ".dlint.yaml", ".dlint.yml", ".git" }) do
      if vim.loop.fs_stat(at .. "/" .. mark) then
        return at
      end
    end
    local up = vim.fn.fnamemodify(at, ":h")
    if up == at then
      return dir
    end
    at = up
  end
end

-- config returns what vim.lsp.start takes, from 0.7 on.
function M.config(root)
  local caps = vim.lsp.protocol.make_client_capabilities()
  return {
    name = "dlint",
    cmd = M.options.cmd,
    root_dir = root,
    workspace_folders = root and { { uri = vim.uri_from_fname(root), name = root } } or nil,
    capabilities = M.options.capabilities or caps,
    init_options = M.options.settings,
    settings = { dlint = M.options.settings },
    on_attach = M.options.on_attach,
    get_language_id = function(_, filetype)
      return filetype
    end,
  }
end

-- clients returns the running servers, for one buffer or all.
function M.clients(buf)
  local found = {}
  if vim.lsp.get_clients then
    return vim.lsp.get_clients({ name = "dlint", bufnr = buf })
  end
  for _, client in pairs(buf and vim.lsp.buf_get_clients(buf) or vim.lsp.get_active_clients()) do
    if client.name == "dlint" then
      table.insert(found, client)
    end
  end
  return found
end

-- start attaches the server to a buffer, and starts one for its root if there is
-- none.
function M.start(buf)
  buf = (buf == nil or buf == 0) and vim.api.nvim_get_current_buf() or buf
  if vim.bo[buf].buftype ~= "" or vim.api.nvim_buf_get_name(buf) == "" or not M.in_charge(buf) then
    return
  end
  if vim.fn.executable(M.options.cmd[1]) == 0 then
    vim.notify_once("dlint is not on the path: install it, or set cmd in require('dlint').setup", vim.log.levels.WARN)
    return
  end
  local config = M.config(M.root(buf))
  if vim.lsp.start then -- 0.8
    return vim.lsp.start(config, { bufnr = buf })
  end
  -- Those that still start are in no list that Neovim 0.7 shows.
  local id = started[config.root_dir]
  local client = id and vim.lsp.get_client_by_id(id)
  if not client or client.is_stopped() then
    id = vim.lsp.start_client(config)
    started[config.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(buf, id)
  end
  return id
end

-- stop ends the servers, at once if need be, and tells whether there was one.
function M.stop(now)
  local clients = M.clients()
  for _, client in ipairs(clients) do
    if vim.fn.has("nvim-0.11") == 1 then
      client:stop(now)
    else
      vim.lsp.stop_client(client.id, now)
    end
  end
  started = {}
  return #clients > 0
end

-- restart ends the servers and starts them again. It waits for their end, because
-- Neovim takes one that is about to end for one that runs.
function M.restart()
  local old = M.clients()
  local rounds = 0
  M.stop()
  local function again()
    for _, client in ipairs(old) do
      if rounds < 100 and vim.lsp.get_client_by_id(client.id) then
        rounds = rounds + 1
        if rounds == 60 then
          M.stop(true)
        end
        return vim.defer_fn(again, 50)
      end
    end
    for _, buf in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(buf) then
        M.start(buf)
      end
    end
  end
  again()
end

-- ask sends a request and waits for the answer; it returns the result of the
-- first server that has one.
function M.ask(buf, method, params, timeout)
  local answers, err = vim.lsp.buf_request_sync(buf, method, params, timeout or 2000)
  if not answers then
    return nil, err
  end
  local dlint = {}
  for _, client in ipairs(M.clients(buf)) do
    dlint[client.id] = client
  end
  for id, answer in pairs(answers) do
    if dlint[id] and answer.result and answer.result ~= vim.NIL then
      return answer.result, nil, dlint[id]
    end
  end
end

-- apply carries out a code action.
function M.apply(buf, action, client)
  local encoding = client.offset_encoding or "utf-16"
  if not action.edit and not (type(action.command) == "table") then
    action = M.ask(buf, "codeAction/resolve", action) or action
  end
  if action.edit then
    vim.lsp.util.apply_workspace_edit(action.edit, encoding)
  end
  if type(action.command) == "table" then
    M.ask(buf, "workspace/executeCommand", { command = action.command.command, arguments = action.command.arguments })
  end
end

-- fix_all applies all safe fixes to a buffer. It waits, so that a write after it
-- takes them.
function M.fix_all(buf)
  buf = (buf == nil or buf == 0) and vim.api.nvim_get_current_buf() or buf
  local last = vim.api.nvim_buf_line_count(buf)
  local actions, _, client = M.ask(buf, "textDocument/codeAction", {
    textDocument = { uri = vim.uri_from_bufnr(buf) },
    range = { start = { line = 0, character = 0 }, ["end"] = { line = last, character = 0 } },
    context = { diagnostics = {}, only = { "source.fixAll.dlint" } },
  })
  for _, action in ipairs(actions or {}) do
    M.apply(buf, action, client)
    return true
  end
  return false
end

-- explain shows what a rule is about in a new window.
function M.explain(rule)
  local text = M.ask(0, "workspace/executeCommand", { command = "dlint.explain", arguments = { rule } })
  if type(text) ~= "string" then
    vim.notify("dlint knows no rule " .. rule, vim.log.levels.WARN)
    return
  end
  vim.cmd("new")
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile = "nofile", "wipe", false
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(text, "\n"))
  vim.bo.filetype, vim.bo.modifiable = "markdown", false
end

-- setup takes the options and starts the server wherever it is needed.
function M.setup(options)
  M.options = vim.tbl_deep_extend("force", M.options, options or {})
  vim.g.loaded_dlint_setup = 1
  vim.cmd([[
    augroup dlint
      autocmd!
      autocmd BufRead,BufNewFile Containerfile,Containerfile.*,*.Containerfile,*.containerfile,Dockerfile.*,*.Dockerfile,*.dockerfile if expand('%:e') !~? 'ignore$' | setfiletype dockerfile | endif
      autocmd FileType dockerfile lua require('dlint').start(tonumber(vim.fn.expand('<abuf>')))
      autocmd BufRead,BufNewFile *.dockerignore,*.containerignore,.dlint.yaml,.dlint.yml lua require('dlint').start(tonumber(vim.fn.expand('<abuf>')))
      autocmd BufWritePre * lua require('dlint').before_write(tonumber(vim.fn.expand('<abuf>')))
    augroup END
  ]])
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buf) then
      M.start(buf)
    end
  end
end

function M.before_write(buf)
  if M.options.fix_on_save and vim.bo[buf].filetype == "dockerfile" and #M.clients(buf) > 0 then
    M.fix_all(buf)
  end
end

return M
