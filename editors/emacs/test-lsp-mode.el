;; Run by test.sh: a Dockerfile in a real Emacs with lsp-mode. -*- lexical-binding: t -*-
(require 'lsp-mode)
(load (getenv "CONFIGURATION"))
(setq lsp-auto-guess-root t
      lsp-keep-workspace-alive nil
      lsp-enable-suggest-server-download nil
      lsp-session-file (expand-file-name "lsp-session" (getenv "HOME")))

(defun test-server ()
  (let ((w (car (lsp-workspaces))))
    (and w (eq (lsp--workspace-status w) 'initialized) w)))

(defun test-found ()
  (mapcar (lambda (d)
            (let* ((range (lsp-get d :range)) (from (lsp-get range :start)) (to (lsp-get range :end)))
              (list (lsp-get d :code) (lsp-get from :line) (lsp-get from :character) (lsp-get to :character))))
          (lsp--get-buffer-diagnostics)))
(setq test-findings #'test-found)

(defun test-deprecated ()
  (seq-filter (lambda (d) (equal (car d) "maintainer-deprecated")) (test-found)))

(test-open)
(lsp)
(test-wait "the server runs" #'test-server)
(test-wait "it is dlint" (lambda () (eq (lsp--workspace-server-id (test-server)) 'dlint)))
(test-wait "a finding at its range, once"
           (lambda () (equal (test-deprecated) '(("maintainer-deprecated" 1 0 10)))))
(test-wait "the settings count" (lambda () (assoc "stale-remote-fetch" (test-found))))
(goto-char (point-min))
(forward-line 1)
(let ((fix (seq-find (lambda (a) (string-match-p "LABEL" (lsp-get a :title))) (lsp-code-actions-at-point))))
  (test-wait "a quick fix" (lambda () fix))
  (lsp-execute-code-action fix))
(test-wait "applied" #'test-fixed)
(test-wait "and the finding is gone" (lambda () (null (test-deprecated))))
(set-buffer-modified-p nil)
(let ((process (lsp--workspace-cmd-proc (test-server))))
  (lsp-workspace-shutdown (test-server))
  (test-wait "the server ends" (lambda () (not (process-live-p process)))))
