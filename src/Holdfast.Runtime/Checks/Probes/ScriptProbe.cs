using Holdfast.Health.Checks;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Checks.Probes;

/// <summary><c>MISC_CHECK</c>: a script succeeds, and perhaps sets the weight.</summary>
/// <remarks>
/// A script that takes too long gets SIGTERM, two seconds later SIGKILL; the probe ends when the script has, so that
/// it never runs twice at once.
/// </remarks>
internal sealed class ScriptProbe(ScriptRunner? runner, PreparedCommand? command, bool isDynamic) : Probe
{
    private static readonly TimeSpan s_killDelay = TimeSpan.FromSeconds(2);

    private RunningScript? _script;
    private int _run;
    private bool _isLate;

    internal override void Start(int step, MonotonicTime now)
    {
        if (runner is null || command is null)
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Configuration));
            return;
        }
        int run = ++_run;
        _isLate = false;
        Errno errno = runner.TryStart(command, [], status => OnEnded(run, status), out _script);
        if (errno != Errno.Success)
        {
            Run.Finish(errno == Errno.EAGAIN ? new ProbeResult(ProbeOutcome.Inconclusive, (int)errno)
                : ProbeResult.Of(errno));
            return;
        }
        Run.SetLimit(now + Timeout);
    }

    internal override void OnLimit(MonotonicTime now)
    {
        _script?.SendToGroup(_isLate ? Signal.SIGKILL : Signal.SIGTERM);
        Run.SetLimit(_isLate ? MonotonicTime.Never : now + s_killDelay);
        _isLate = true;
    }

    internal override void Cancel()
    {
        _run++;
        _script?.SendToGroup(Signal.SIGKILL);
        _script = null;
    }

    private void OnEnded(int run, ExitStatus status)
    {
        if (run != _run)
        {
            return;
        }
        _script = null;
        if (_isLate)
        {
            Run.Finish(new ProbeResult(ProbeOutcome.Timeout));
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
