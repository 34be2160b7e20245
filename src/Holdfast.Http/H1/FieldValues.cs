using Holdfast.Http.Headers;

namespace Holdfast.Http.H1;

/// <summary>The comma-separated members of all fields of one name, in the message's order.</summary>
public ref struct FieldValues
{
    private readonly HeadView _view;
    private readonly ReadOnlySpan<byte> _name;
    private ValueList _list;
    private int _field = -1;

    internal FieldValues(HeadView view, ReadOnlySpan<byte> name)
    {
        _view = view;
        _name = name;
    }

    /// <summary>The member that <see cref="MoveNext"/> found.</summary>
    public ReadOnlySpan<byte> Current => _list.Current;

    /// <summary>The field that it is in.</summary>
    public readonly int FieldIndex => _field;

    /// <summary>Itself: a foreach over the members.</summary>
    public readonly FieldValues GetEnumerator() => this;

    /// <summary>Goes to the next member; false when there is none.</summary>
    public bool MoveNext()
    {
        while (_field < 0 || !_list.MoveNext())
        {
            _field = _view.Find(_name, _field);
            if (_field < 0)
            {
                _field = int.MaxValue - 1;
                _list = default;
                return false;
            }
            _list = new ValueList(_view.ValueAt(_field));
        }
        return true;
    }
}
