using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>
/// Writes what is for the next hop: Connection, Upgrade and TE, each from what was decided and not from what came, but
/// at the place where it came.
/// </summary>
internal ref struct HopFields
{
    private readonly HeadView _view;
    private readonly bool _lowerCase;
    private readonly ConnectionField _connection;
    private readonly bool _sendsUpgrade;
    private readonly bool _sendsTe;
    private bool _wroteConnection;
    private bool _wroteTe;

    public HopFields(HeadView view, scoped in WriteOptions options)
    {
        _view = view;
        _lowerCase = options.LowerCaseNames;
        _connection = options.Connection;
        _sendsUpgrade = _connection == ConnectionField.Upgrade && view.OffersUpgrade;
        _sendsTe = options.ForwardTe && view.Head.Has(ConnectionFacts.TakesTrailers);
    }

    /// <summary>Writes what belongs at the place of a received Connection, Upgrade or TE.</summary>
    public void Put(scoped ref HeadOutput output, int index)
    {
        switch (_view.Head.Headers[index].Id)
        {
            case KnownHeader.Connection:
                PutNames(ref output);
                break;
            case KnownHeader.Upgrade when _sendsUpgrade:
                PutUpgrade(ref output, index);
                break;
            case KnownHeader.Te when _sendsTe && !_wroteTe:
                output.Put(_lowerCase ? "te: trailers\r\n"u8 : "TE: trailers\r\n"u8);
                _wroteTe = true;
                break;
            default:
                break;
        }
    }

    /// <summary>Writes what has had no place yet.</summary>
    public void PutRest(scoped ref HeadOutput output)
    {
        if (_sendsUpgrade)
        {
            PutNames(ref output);
            return;
        }
        ReadOnlySpan<byte> name = _lowerCase ? "connection"u8 : "Connection"u8;
        switch (_connection)
        {
            case ConnectionField.Close:
                output.PutField(name, "close"u8, lowerCaseName: false);
                break;
            case ConnectionField.KeepAlive:
                output.PutField(name, "keep-alive"u8, lowerCaseName: false);
                break;
            default:
                break;
        }
    }

    /// <summary>Connection with the names of what else is sent; nothing when there is nothing to name.</summary>
    private void PutNames(scoped ref HeadOutput output)
    {
        bool namesTe = _sendsTe && _view.Head.Has(ConnectionFacts.NamesTe);
        if (_wroteConnection || !(_sendsUpgrade || namesTe))
        {
            return;
        }
        _wroteConnection = true;
        output.PutField(
            _lowerCase ? "connection"u8 : "Connection"u8,
            _sendsUpgrade ? (namesTe ? "Upgrade, TE"u8 : "Upgrade"u8) : "TE"u8, lowerCaseName: false);
    }

    private readonly void PutUpgrade(scoped ref HeadOutput output, int index)
    {
        ReadOnlySpan<byte> separator = _lowerCase ? "upgrade: "u8 : "Upgrade: "u8;
        bool wrote = false;
        foreach (ReadOnlySpan<byte> protocol in new ValueList(_view.ValueAt(index)))
        {
            if (Upgrades.MayOffer(protocol))
            {
                output.Put(separator);
                output.Put(protocol);
                separator = ", "u8;
                wrote = true;
            }
        }
        output.Put(wrote ? "\r\n"u8 : default);
    }
}
