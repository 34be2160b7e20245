namespace Holdfast.Config.Ipvsadm;

/// <summary>Reads one command line of ipvsadm 1.31, with its complaints in its order.</summary>
/// <remarks>
/// The order matters, because of two mistakes in one line only the first is named: first option by option, then words
/// that are no options, then scheduler flags, then which options go with the command, then what the values mean.
/// Pure: names of hosts and services are asked from the caller.
/// </remarks>
public sealed partial class IpvsadmParser
{
    private const int WrongUse = 2;
    private const int NoOptions = 255;

    // The original's longest, and its -p without a number.
    private const uint TimeoutMax = 86400 * 31;
    private const uint DefaultPersistenceSeconds = 360;
    private const int InterfaceNameMax = 15;
    private const int UdpPayloadMax = 65507;

    private readonly PoptScanner _scanner;
    private readonly IIpvsadmNames _names;
    private IpvsadmVerb _verb;
    private IpvsadmOptionSet _given;
    private IpvsadmService _service = new();
    private IpvsadmServer _server = new();
    private IpvsadmDaemon _daemon = new();
    private string _schedulerFlags = "";
    private (uint Tcp, uint TcpFin, uint Udp) _timeouts;
    private IpvsadmFailure? _failure;

    private IpvsadmParser(IReadOnlyList<string> words, IIpvsadmNames names)
    {
        _scanner = new(words, IpvsadmWords.Options);
        _names = names;
    }

    /// <summary>Reads the words after the program's name. No words at all are -L.</summary>
    /// <param name="words">Without the program's name.</param>
    /// <param name="names">Hosts and services.</param>
    /// <param name="program">The program's name as it was called, for the hint at its help.</param>
    /// <param name="isRule">Whether this is a line of -R, where another -R is no command.</param>
    public static IpvsadmParseResult Parse(
        IReadOnlyList<string> words, IIpvsadmNames names, string program = "ipvsadm", bool isRule = false)
    {
        IpvsadmParser parser = new(words, names);
        if (words.Count == 0)
        {
            return new(parser.Command(IpvsadmVerb.List), null);
        }
        if (!parser.TryVerb(isRule))
        {
            parser._failure ??= new($"Try `{program} -h' or '{program} --help' for more information.", NoOptions, true);
            return new(null, parser._failure);
        }
        if (parser._verb is IpvsadmVerb.Help or IpvsadmVerb.Version)
        {
            return new(parser.Command(parser._verb), null);
        }
        bool isGood = parser.TryOptions() && parser.TryLeftover() && parser.TryMeaning();
        return isGood ? new(parser.Command(parser._verb), null) : new(null, parser._failure);
    }

    private IpvsadmCommand Command(IpvsadmVerb verb) => new(verb, _given, _service, _server, _daemon, _timeouts);

    private bool TryVerb(bool isRule)
    {
        if (!_scanner.TryNext(out PoptOption option) || IpvsadmWords.VerbOf(option) is not { } verb
            || (isRule && verb == IpvsadmVerb.Restore))
        {
            return false;
        }
        _verb = verb;
        if (verb is IpvsadmVerb.StartDaemon or IpvsadmVerb.StopDaemon)
        {
            _daemon = _daemon with { IsMaster = _scanner.Value == "master" };
            return _scanner.Value is "master" or "backup" || Fail(verb == IpvsadmVerb.StartDaemon
                ? "illegal start-daemon parameter specified" : "illegal start_daemon specified");
        }
        return true;
    }

    private bool TryOptions()
    {
        while (_scanner.TryNext(out PoptOption option))
        {
            if (IpvsadmWords.VerbOf(option) is not null)
            {
                return Fail($"invalid option `{_scanner.Word}'");
            }
            if (IpvsadmWords.OptionOf(option) is { } kind)
            {
                if (_given.Has(kind))
                {
                    return Fail($"multiple '{IpvsadmRules.NameOf(kind)}' options specified");
                }
                _given = _given.With(kind);
            }
            if (!TryOption(option))
            {
                return false;
            }
        }
        if (_scanner.Error is { } error)
        {
            _failure = new(error, NoOptions, EndsRestore: false);
            return false;
        }
        return true;
    }

    private bool TryLeftover()
    {
        IEnumerable<string> words = _scanner.Leftover;
        if (_verb == IpvsadmVerb.SetTimeouts)
        {
            if (_scanner.Leftover.Count < 3)
            {
                return Fail("--set option requires 3 timeout values");
            }
            Span<uint> seconds = stackalloc uint[3];
            for (int i = 0; i < seconds.Length; i++)
            {
                string word = _scanner.Leftover[i];
                if (!IpvsadmNumbers.TryDecimal(word, 0, TimeoutMax, out long value))
                {
                    return Fail($"invalid timeout value `{word}' specified");
                }
                seconds[i] = (uint)value;
            }
            _timeouts = (seconds[0], seconds[1], seconds[2]);
            words = words.Skip(seconds.Length);
        }
        return words.FirstOrDefault() is not { } word2 || Fail($"unexpected argument {word2}");
    }

    private bool Fail(string message)
    {
        _failure = new(message, WrongUse, EndsRestore: true);
        return false;
    }
}
