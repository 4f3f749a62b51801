-- Runs inside Neovim: nvim --headless -u NONE -l test.lua is too new for 0.7, so
-- test.sh gives it with -c luafile. DLINT is the program, PROJECT a scratch folder.
local dlint = require("dlint")
local dir = vim.env.PROJECT
local failed = 0

local function check(what, ok, got)
  print((ok and "ok   " or "FAIL ") .. what .. (ok and "" or ": " .. vim.inspect(got)) .. "\n")
  failed = failed + (ok and 0 or 1)
end

local function wait(what, done, got)
  check(what, vim.wait(5000, done, 20), got and got())
end

local function found()
  local out = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(out, string.format("%d:%d-%d:%d %s", d.lnum, d.col, d.end_lnum, d.end_col, d.code or (d.user_data or {}).lsp and d.user_data.lsp.code or ""))
  end
  table.sort(out)
  return out
end

local function has(text)
  return function()
    return vim.tbl_contains(found(), text)
  end
end

local function lines()
  return vim.api.nvim_buf_get_lines(0, 0, -1, false)
end

local ok, err = pcall(function()
  dlint.setup({ cmd = { vim.env.DLINT, "lsp" }, settings = { select = { "maintainer-deprecated" } } })

  vim.cmd("edit " .. dir .. "/Dockerfile")
  wait("the server attaches", function() return #dlint.clients(0) == 1 end)
  wait("a finding at its range", has("1:0-1:10 maintainer-deprecated"), found)

  -- A character beyond the basic plane before the finding: positions in UTF-16.
  vim.api.nvim_buf_set_lines(0, 0, 1, false, { "FROM scratch AS a", "LABEL a=😀" })
  wait("it moves with an edit", has("2:0-2:10 maintainer-deprecated"), found)
  check("and is there once", #found() == 1, found())

  check("there is a fix", dlint.fix_all(0))
  wait("it is applied", function() return lines()[3] == 'LABEL org.opencontainers.image.authors="a@example.com"' end, lines)
  wait("and the finding is gone", function() return #found() == 0 end, found)

  vim.cmd("edit! " .. dir .. "/sub/Containerfile.prod")
  check("a Containerfile is one", vim.bo.filetype == "dockerfile", vim.bo.filetype)
  wait("the same server serves it", function() return #dlint.clients(0) == 1 and #dlint.clients() == 1 end, dlint.clients)
  wait("with findings", has("1:0-1:10 maintainer-deprecated"), found)

  local hover = dlint.ask(0, "textDocument/hover", { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = 0, character = 1 } })
  check("hover explains FROM", hover and vim.inspect(hover.contents):find("FROM") ~= nil, hover)

  vim.cmd("edit " .. dir .. "/.dockerignore")
  wait("a .dockerignore is served", function() return #dlint.clients(0) == 1 end)

  vim.cmd("edit " .. dir .. "/save.Dockerfile")
  dlint.options.fix_on_save = true
  wait("another file", has("1:0-1:10 maintainer-deprecated"), found)
  vim.cmd("write")
  check("fixed as it was written", vim.fn.readfile(dir .. "/save.Dockerfile")[2]:match("^LABEL ") ~= nil, lines())

  vim.cmd("DlintExplain maintainer-deprecated")
  check("a rule is explained", table.concat(lines(), "\n"):find("MAINTAINER") ~= nil, lines())
  vim.cmd("close")

  local old = dlint.clients()[1].id
  dlint.restart()
  wait("restarted", function()
    local now = dlint.clients()
    return #now == 1 and now[1].id ~= old
  end)
  vim.wait(500)
  check("one server for all buffers", #dlint.clients() == 1 and #dlint.clients(0) == 1, #dlint.clients())
  dlint.stop()
  wait("and ended", function() return #dlint.clients() == 0 end)
end)
if not ok then
  check("no error", false, err)
end
vim.cmd(failed == 0 and "qall!" or "cquit")
