using Holdfast.Primitives;

namespace Holdfast.HAProxy.Samples;

/// <summary>How long variables live.</summary>
public enum VariableScope : byte
{
    /// <summary>As long as the process; all connections share them.</summary>
    Process,

    /// <summary>As long as the client's connection.</summary>
    Session,

    /// <summary>As long as the request and its response.</summary>
    Transaction,

    /// <summary>Until the request goes to the server.</summary>
    Request,

    /// <summary>While the response is processed.</summary>
    Response,

    /// <summary>As long as a health check.</summary>
    Check,
}

/// <summary>A variable that the configuration names.</summary>
/// <param name="Scope">How long it lives.</param>
/// <param name="Slot">Its place in a <see cref="VariableStore"/>.</param>
public readonly record struct Variable(VariableScope Scope, int Slot);

/// <summary>
/// The names of all variables of a configuration. Filled while it is compiled, read only afterwards.
/// </summary>
public sealed class VariableTable
{
    private readonly Dictionary<string, Variable> _all = new(StringComparer.Ordinal);

    /// <summary>How much variables may take; null: as much as they want. The default.</summary>
    public VariableLimits? Limits { get; set; }

    /// <summary>Variables of the process.</summary>
    internal VariableStore Process { get; } = new();

    /// <summary>How many names there are.</summary>
    public int Count => _all.Count;

    /// <summary>The variable of a name such as "txn.host"; made when there is none yet.</summary>
    public Variable Of(string name)
    {
        string scoped = name.StartsWith('p') && !name.StartsWith("proc.", StringComparison.Ordinal) ? name[1..] : name;
        if (!_all.TryGetValue(scoped, out Variable found))
        {
            VariableScope scope = scoped[..scoped.IndexOf('.', StringComparison.Ordinal)] switch
            {
                "proc" => VariableScope.Process,
                "sess" => VariableScope.Session,
                "txn" => VariableScope.Transaction,
                "req" => VariableScope.Request,
                "res" => VariableScope.Response,
                _ => VariableScope.Check,
            };
            _all[scoped] = found = new Variable(scope, _all.Count);
        }
        return found;
    }

    /// <summary>A variable of the process as <c>get var</c> shows it: type and value; null: it has none.</summary>
    public string? Describe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var sample = new Sample();
        lock (Process)
        {
            if (!_all.TryGetValue(name, out Variable variable) || variable.Scope != VariableScope.Process
                || !Process.TryRead(variable, ref sample))
            {
                return null;
            }
            return sample.Kind switch
            {
                SampleKind.Boolean => $"type=bool value=<{(sample.Integer != 0 ? 1 : 0)}>",
                SampleKind.Integer => FormattableString.Invariant($"type=sint value=<{sample.Integer}>"),
                SampleKind.Address => $"type={(sample.Address.IsV6 ? "ipv6" : "ipv4")} value=<{sample.Address}>",
                SampleKind.Binary => $"type=bin value=<{Printable(sample.Bytes)}>",
                _ => $"type=str value=<{Printable(sample.Bytes)}>",
            };
        }
    }

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[bytes.Length];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = bytes[i] is >= 0x20 and < 0x7F ? (char)bytes[i] : '.';
        }
        return new string(text);
    }

    /// <summary>Reads a variable.</summary>
    internal bool TryRead(Variable variable, RequestContext context, ref Sample sample)
    {
        if (variable.Scope != VariableScope.Process)
        {
            return context.Variables.TryRead(variable, ref sample);
        }
        lock (Process)
        {
            if (!Process.TryRead(variable, ref sample))
            {
                return false;
            }
            // Another loop may write it as soon as the lock is left.
            if (!context.Scratch.TryTake(sample.Bytes.Length, out Span<byte> copy))
            {
                return false;
            }
            sample.Bytes.CopyTo(copy);
            sample.Bytes = copy;
            return true;
        }
    }

    /// <summary>Writes a variable; false when the value is too long, or there is no room for it.</summary>
    internal bool TryWrite(Variable variable, RequestContext context, in Sample sample)
    {
        if (variable.Scope != VariableScope.Process)
        {
            if (Limits is { } limits && !context.Variables.HasRoom(variable, sample, limits))
            {
                context.Variables.Remove(variable);
                return false;
            }
            return context.Variables.TryWrite(variable, sample);
        }
        lock (Process)
        {
            return Process.TryWrite(variable, sample);
        }
    }

    /// <summary>Forgets a variable.</summary>
    internal void Remove(Variable variable, RequestContext context)
    {
        if (variable.Scope != VariableScope.Process)
        {
            context.Variables.Remove(variable);
            return;
        }
        lock (Process)
        {
            Process.Remove(variable);
        }
    }
}

/// <summary>Values of variables of one connection.</summary>
public sealed class VariableStore
{
    private Value[] _values = [];

    /// <summary>Reads one; false when it has no value.</summary>
    public bool TryRead(Variable variable, ref Sample sample)
    {
        if (variable.Slot >= _values.Length || _values[variable.Slot] is not { Kind: not SampleKind.None } value)
        {
            return false;
        }
        sample.Kind = value.Kind;
        sample.Integer = value.Integer;
        sample.Address = value.Address;
        sample.Bytes = value.Bytes.Value;
        return true;
    }

    /// <summary>Writes one; false when the value is too long.</summary>
    public bool TryWrite(Variable variable, in Sample sample)
    {
        if (variable.Slot >= _values.Length)
        {
            Array.Resize(ref _values, variable.Slot + 8);
        }
        Value value = _values[variable.Slot] ??= new Value(variable.Scope);
        bool fits = value.Bytes.TryKeep(HasBytes(sample.Kind) ? sample.Bytes : []);
        value.Kind = fits ? sample.Kind : SampleKind.None;
        value.Integer = sample.Integer;
        value.Address = sample.Address;
        return fits;
    }

    /// <summary>Whether a value may be written beside what others have.</summary>
    internal bool HasRoom(Variable variable, in Sample sample, VariableLimits limits)
    {
        long session = VariableLimits.VariableSize + (HasBytes(sample.Kind) ? sample.Bytes.Length : 0);
        long transaction = session;
        long oneWay = session;
        for (int slot = 0; slot < _values.Length; slot++)
        {
            if (slot == variable.Slot || _values[slot] is not { Kind: not SampleKind.None } value)
            {
                continue;
            }
            long size = VariableLimits.VariableSize + (HasBytes(value.Kind) ? value.Bytes.Value.Length : 0);
            session += size;
            transaction += value.Scope == VariableScope.Session ? 0 : size;
            oneWay += value.Scope is VariableScope.Session or VariableScope.Transaction ? 0 : size;
        }
        return limits.Allow(variable.Scope, session, transaction, oneWay);
    }

    private static bool HasBytes(SampleKind kind)
        => kind is SampleKind.Text or SampleKind.Binary or SampleKind.Method;

    /// <summary>Forgets one.</summary>
    public void Remove(Variable variable)
    {
        if (variable.Slot < _values.Length && _values[variable.Slot] is { } value)
        {
            value.Kind = SampleKind.None;
        }
    }

    /// <summary>Forgets all of a scope.</summary>
    public void Forget(VariableScope scope)
    {
        foreach (Value? value in _values)
        {
            if (value is not null && value.Scope == scope)
            {
                value.Kind = SampleKind.None;
            }
        }
    }

    /// <summary>Forgets all of a request and its response.</summary>
    public void ForgetTransaction()
    {
        foreach (Value? value in _values)
        {
            if (value is { Scope: VariableScope.Transaction or VariableScope.Request or VariableScope.Response })
            {
                value.Kind = SampleKind.None;
            }
        }
    }

    private sealed class Value(VariableScope scope)
    {
        public VariableScope Scope => scope;

        public SampleKind Kind { get; set; }

        public long Integer { get; set; }

        public IpAddress Address { get; set; }

        public StoredBytes Bytes { get; } = new();
    }
}
