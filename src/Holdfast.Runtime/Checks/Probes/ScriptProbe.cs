using Holdfast.Health.Checks;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>MISC_CHECK</c>: a script succeeds, and perhaps sets the weight.</summary>
/// <remarks>
/// A script that takes too long is a failure at that moment; it gets SIGTERM, two seconds later SIGKILL. It never runs
/// twice at once: the next probe waits for its end, and fails when that does not come, as where it hangs in the kernel.
/// </remarks>
internal sealed class ScriptProbe(ScriptRunner? runner, PreparedCommand? command, bool isDynamic) : Probe
{
    private static readonly TimeSpan s_killDelay = TimeSpan.FromSeconds(2);

    private RunningScript? _script;
    private int _run;
    private MonotonicTime _killAt;
    private bool _isLate;
    private bool _isKilled;
    private bool _isAwaited;

    internal override void Start(int step, MonotonicTime now)
    {
        if (runner is null || command is null)
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Configuration));
            return;
        }
        if (_script is not null)
        {
            _isAwaited = true;
            Run.SetLimit(_isKilled ? now + s_killDelay : _killAt);
            return;
        }
        Launch(runner, command, now);
    }

    internal override void OnLimit(MonotonicTime now)
    {
        if (!_isLate)
        {
            _isLate = true;
            _killAt = now + s_killDelay;
            _script?.SendToGroup(Signal.SIGTERM);
            Run.Finish(new ProbeResult(ProbeOutcome.Timeout));
            if (_script is not null) // who was told may have cancelled us
            {
                Run.SetLimit(_killAt);
            }
        }
        else if (!_isKilled)
        {
            _isKilled = true;
            _script?.SendToGroup(Signal.SIGKILL);
            Run.SetLimit(_isAwaited ? now + s_killDelay : MonotonicTime.Never);
        }
        else
        {
            _isAwaited = false;
            Run.Finish(new ProbeResult(ProbeOutcome.Timeout));
        }
    }

    internal override void Cancel()
    {
        _run++;
        _script?.SendToGroup(Signal.SIGKILL);
        _script = null;
        _isAwaited = false;
    }

    private void Launch(ScriptRunner starter, PreparedCommand prepared, MonotonicTime now)
    {
        int run = ++_run;
        _isLate = _isKilled = _isAwaited = false;
        Errno errno = starter.TryStart(prepared, [], status => OnEnded(run, status), out _script);
        if (errno != Errno.Success)
        {
            // A service of scripts that dies while it is asked says nothing about the server, either.
            Run.Finish(errno is Errno.EAGAIN or Errno.EPIPE or Errno.ECONNRESET
                ? new ProbeResult(ProbeOutcome.Inconclusive, (int)errno) : ProbeResult.Of(errno));
            return;
        }
        Run.SetLimit(now + Timeout);
    }

    private void OnEnded(int run, ExitStatus status)
    {
        if (run != _run)
        {
            return;
        }
        ScriptFate fate = _script!.Fate;
        _script = null;
        if (_isAwaited)
        {
            Launch(runner!, command!, MonotonicClock.Now);
        }
        else if (_isLate)
        {
            Run.SetLimit(MonotonicTime.Never); // its lateness was told
        }
        else
        {
            Judge(fate, status);
        }
    }

    private void Judge(ScriptFate fate, ExitStatus status)
    {
        // An exit code that is not the script's must not become a weight.
        if (fate != ScriptFate.Ran)
        {
            Run.Finish(fate == ScriptFate.Lost
                ? new ProbeResult(ProbeOutcome.Inconclusive, (int)Errno.ECONNRESET)
                : new ProbeResult(ProbeOutcome.Configuration, status.Code));
            return;
        }
        if (status.Signal != Signal.None)
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Signal, (int)status.Signal));
            return;
        }
        bool succeeded = WeightRules.JudgeExit(status.Code, isDynamic, Run.ConfiguredWeight, out long? delta);
        ProbeResult result = succeeded ? ProbeResult.Success : new ProbeResult(ProbeOutcome.ExitCode, status.Code);
        if (delta is { } weight)
        {
            Run.SetDelta(weight, result);
        }
        Run.Finish(result);
    }
}
