namespace Holdfast.Config.HAProxy.Syntax;

/// <summary>What conditions may ask about.</summary>
/// <param name="Variable">The value of an environment variable; null when it is not set.</param>
/// <param name="Features">What <c>feature()</c> and <c>enabled()</c> find.</param>
/// <param name="Version">Our version for <c>version_atleast()</c>.</param>
/// <param name="OpenSslVersion">That of OpenSSL.</param>
internal sealed record ConditionFacts(
    Func<string, string?> Variable, IReadOnlySet<string> Features, string Version, string OpenSslVersion);

/// <summary>
/// The language of <c>.if</c> and <c>-cc</c>: integers, predicates, <c>! &amp;&amp; || ( )</c> (section 2.4).
/// </summary>
internal sealed class ConditionEvaluator(ConditionFacts facts)
{
    private const int MaxDepth = 1024;

    /// <summary>All predicates.</summary>
    public static readonly string[] Predicates =
    [
        "defined", "feature", "streq", "strneq", "strstr", "version_atleast", "version_before",
        "openssl_version_atleast", "openssl_version_before", "ssllib_name_startswith", "awslc_api_atleast",
        "awslc_api_before", "fips_mode", "enabled",
    ];

    private string _text = "";
    private int _at;
    private int _depth;

    /// <summary>What is wrong with the last condition; null when nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Offset of it.</summary>
    public int FaultAt { get; private set; }

    /// <summary>Evaluates a condition; false, and <see cref="Fault"/>, when it cannot be read.</summary>
    public bool Evaluate(string text)
    {
        (_text, _at, _depth, Fault) = (text, 0, 0, null);
        Blanks();
        if (_at == _text.Length)
        {
            return false;
        }
        bool value = Or();
        Blanks();
        if (Fault is null && _at < _text.Length)
        {
            Fail(_at, $"unexpected character '{_text[_at]}' at the end of conditional expression '{_text}'");
        }
        return Fault is null && value;
    }

    private bool Or()
    {
        bool value = And();
        while (Fault is null && Eat("||"))
        {
            value |= And();
        }
        return value;
    }

    private bool And()
    {
        bool value = Term();
        while (Fault is null && Eat("&&"))
        {
            value &= Term();
        }
        return value;
    }

    private bool Term()
    {
        Blanks();
        bool negated = false;
        while (_at < _text.Length && _text[_at] == '!')
        {
            negated = !negated;
            _at++;
            Blanks();
        }
        int start = _at;
        if (_at < _text.Length && _text[_at] == '(')
        {
            if (++_depth > MaxDepth)
            {
                return Fail(start, "too deeply nested conditional expression");
            }
            _at++;
            bool inner = Or();
            Blanks();
            if (Fault is not null)
            {
                return false;
            }
            if (_at == _text.Length || _text[_at] != ')')
            {
                return Fail(_at, $"expected ')' after conditional expression '{_text}'");
            }
            _at++;
            _depth--;
            return inner != negated;
        }
        if (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '-' or '+'))
        {
            _at++;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
            {
                _at++;
            }
            return (_text.AsSpan(start, _at - start).IndexOfAnyInRange('1', '9') >= 0) != negated;
        }
        return Predicate() != negated;
    }

    private bool Predicate()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
        {
            _at++;
        }
        string name = _text[start.._at];
        if (_at == _text.Length || _text[_at] != '(' || !Predicates.Contains(name))
        {
            return Fail(start, $"unparsable conditional expression '{_text[start..]}'");
        }
        _at++;
        if (!ArgumentLexer.TryRead(_text, ref _at, out List<Argument> arguments, out string? fault))
        {
            return Fail(start, $"{fault} in conditional expression '{_text[start..]}'");
        }
        int wanted = name switch
        {
            "streq" or "strneq" or "strstr" => 2,
            "fips_mode" => 0,
            _ => 1,
        };
        if (arguments.Count < wanted && !(wanted == 1 && arguments.Count == 0))
        {
            return Fail(start, $"missing arguments in conditional expression '{_text[start..]}'; "
                + $"{name}() takes {wanted}");
        }
        if (arguments.Count > wanted)
        {
            return Fail(start, $"too many arguments in conditional expression '{_text[start..]}'; "
                + $"{name}() takes {wanted}");
        }
        return Judge(name, [.. arguments.Select(static a => a.Text), "", ""]);
    }

    private bool Judge(string name, string[] arguments) => name switch
    {
        "defined" => facts.Variable(arguments[0]) is not null,
        "feature" or "enabled" => facts.Features.Contains(arguments[0]),
        "streq" => arguments[0] == arguments[1],
        "strneq" => arguments[0] != arguments[1],
        "strstr" => arguments[0].Contains(arguments[1], StringComparison.Ordinal),
        "version_atleast" => CompareVersions(facts.Version, arguments[0]) >= 0,
        "version_before" => CompareVersions(facts.Version, arguments[0]) < 0,
        "openssl_version_atleast" => CompareVersions(facts.OpenSslVersion, arguments[0]) >= 0,
        "openssl_version_before" => CompareVersions(facts.OpenSslVersion, arguments[0]) < 0,
        "ssllib_name_startswith" => "OpenSSL".StartsWith(arguments[0], StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>
    /// Compares "2.6.12-1", "2.7-dev3" and so on: number by number, a development version before all.
    /// </summary>
    internal static int CompareVersions(string left, string right)
    {
        (long[] a, long[] b) = (Numbers(left), Numbers(right));
        for (int i = 0; i < a.Length; i++)
        {
            if (a[i] != b[i])
            {
                return a[i].CompareTo(b[i]);
            }
        }
        return 0;
    }

    /// <summary>Three numbers, then 0 for a development version and 1 for a release, then its number.</summary>
    private static long[] Numbers(string version)
    {
        long[] numbers = [0, 0, 0, 1, 0];
        string[] parts = version.Split('-');
        string[] dotted = parts[0].Split('.');
        for (int i = 0; i < Math.Min(3, dotted.Length); i++)
        {
            numbers[i] = Units.Atol(dotted[i]);
        }
        if (parts.Length > 1 && parts[1].StartsWith("dev", StringComparison.Ordinal))
        {
            numbers[3] = 0;
            numbers[4] = Units.Atol(parts[1][3..]);
        }
        else if (parts.Length > 1 && parts[1].Length > 0 && char.IsAsciiDigit(parts[1][0]))
        {
            numbers[4] = Units.Atol(parts[1].Split('+')[0].Split('.')[0]);
        }
        return numbers;
    }

    private bool Eat(string symbol)
    {
        Blanks();
        if (!_text.AsSpan(_at).StartsWith(symbol))
        {
            return false;
        }
        _at += symbol.Length;
        return true;
    }

    private void Blanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private bool Fail(int at, string message)
    {
        if (Fault is null)
        {
            Fault = message;
            FaultAt = Math.Min(at, _text.Length);
        }
        return false;
    }
}
