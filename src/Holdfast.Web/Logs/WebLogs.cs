using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Text;
using Holdfast.Linux;

namespace Holdfast.Web.Logs;

/// <summary>All logs of a process, each opened once. Opening is for one thread; writing is for any.</summary>
/// <param name="prefix">Directory of relative paths, ending in a slash.</param>
public sealed class WebLogs(string prefix) : IDisposable
{
    private readonly Dictionary<string, LogTarget> _targets = new(StringComparer.Ordinal);

    /// <summary>Those that files have, for who changes their owner.</summary>
    public IEnumerable<string> Paths => _targets.Values.OfType<FileTarget>().Select(static one => one.Path);

    /// <summary>The target of a directive; opened when it is new.</summary>
    /// <param name="written">A path, <c>stderr</c>, or <c>syslog:</c> with its words.</param>
    /// <param name="hasLevels">Whether its lines say how grave they are.</param>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">A syslog server is not known.</exception>
    public LogTarget Open(string written, bool hasLevels = false)
    {
        ArgumentNullException.ThrowIfNull(written);
        bool isSyslog = written.StartsWith(SyslogTarget.Prefix, StringComparison.Ordinal);
        string name = written == "stderr" ? written : isSyslog ? $"{written} {hasLevels}"
            : PathText.Join(prefix, written);
        lock (_targets)
        {
            if (!_targets.TryGetValue(name, out LogTarget? target))
            {
                target = name == "stderr" ? new StandardErrorTarget()
                    : isSyslog ? new SyslogTarget(written, hasLevels) : new FileTarget(name);
                _targets.Add(name, target);
            }
            return target;
        }
    }

    /// <summary>The error logs of some lines.</summary>
    /// <param name="lines">The lines; none: what <paramref name="other"/> says.</param>
    /// <param name="other">For no lines.</param>
    /// <exception cref="LinuxException">One cannot be opened.</exception>
    public ErrorSink Errors(ImmutableArray<ErrorLog> lines, ErrorSink other)
        => lines.IsDefaultOrEmpty ? other
            : new ErrorSink(lines.Select(one => (Open(one.Target, hasLevels: true), ErrorLevels.Of(one.Level))));

    /// <summary>Opens all files anew. May be called on any thread.</summary>
    public void Reopen()
    {
        lock (_targets)
        {
            foreach (LogTarget target in _targets.Values)
            {
                target.Reopen();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LogTarget target in _targets.Values)
        {
            target.Dispose();
        }
    }
}
