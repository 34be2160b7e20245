using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>The environment as the lines of <c>global</c> change it while the file is read.</summary>
/// <param name="files">What the process was started with.</param>
internal sealed class EnvironmentTable(IConfigFiles files)
{
    private readonly Dictionary<string, string?> _changes = new(StringComparer.Ordinal);
    private HashSet<string>? _kept;

    /// <summary>The value of a variable; null when it is not set.</summary>
    public string? Get(string name)
    {
        if (_changes.TryGetValue(name, out string? value))
        {
            return value;
        }
        return _kept is null || _kept.Contains(name) ? files.GetEnvironment(name) : null;
    }

    /// <summary><c>setenv</c>.</summary>
    public void Set(string name, string value) => _changes[name] = value;

    /// <summary><c>presetenv</c>: only when it is not set yet.</summary>
    public void Preset(string name, string value)
    {
        if (Get(name) is null)
        {
            _changes[name] = value;
        }
    }

    /// <summary><c>unsetenv</c>.</summary>
    public void Unset(string name) => _changes[name] = null;

    /// <summary><c>resetenv</c>: nothing stays but the named ones.</summary>
    public void Reset(IEnumerable<string> kept)
    {
        var names = new HashSet<string>(kept, StringComparer.Ordinal);
        foreach (string name in _changes.Keys.Where(n => !names.Contains(n)).ToArray())
        {
            _changes[name] = null;
        }
        names.RemoveWhere(n => _kept is not null && !_kept.Contains(n));
        _kept = names;
    }
}
