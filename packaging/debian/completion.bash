# bash completion for lb-agent and lb-frontend: what the programs themselves tell with --help.

_lb_flags() {
	"$1" --help 2>/dev/null | grep -o -e '--[a-z][a-z-]*' | sort -u
}

_lb_commands() {
	"$1" --help 2>/dev/null | sed -n "s/^  ${1##*/} \([a-z]\{1,\}\).*/\1/p"
}

_lb_backends() {
	"$1" status --json 2>/dev/null | sed -n 's/^ *"id": "\([0-9a-f]*\)".*/\1/p'
}

_lb() {
	# shellcheck disable=SC2034 # _init_completion sets all of them
	local cur prev words cword candidates=""
	_init_completion || return
	case $prev/$cur in
	*/-*) candidates=$(_lb_flags "$1") ;;
	--*) ;; # the value of a flag
	drain/* | undrain/*)
		if [[ ${1##*/} == lb-frontend ]]; then candidates=$(_lb_backends "$1"); fi
		;;
	*) if ((cword == 1)); then candidates=$(_lb_commands "$1"); fi ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$cur")
}

complete -F _lb lb-agent lb-frontend
