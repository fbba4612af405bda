/**
 * What a Gradio client asks for first: the config and the API description of an app with one image input and one label
 * output, as Gradio 5 serves them (protocol `sse_v3`). Field names follow `gradio/blocks.py` `get_config_file` and
 * `get_api_info`, read through the clients that consume them.
 */

/** Prefix of Gradio 5's routes. */
export const GRADIO_PREFIX = '/gradio_api';

/** The Gradio version whose protocol is spoken. */
const VERSION = '5.0.0';
const IMAGE = 1;
const LABEL = 2;

const fileData = {
  title: 'ImageData',
  type: 'object',
  properties: {
    path: { type: 'string', title: 'Path' },
    url: { type: 'string', title: 'Url' },
    size: { type: 'integer', title: 'Size' },
    orig_name: { type: 'string', title: 'Orig Name' },
    mime_type: { type: 'string', title: 'Mime Type' },
    is_stream: { type: 'boolean', title: 'Is Stream', default: false },
    meta: { type: 'object', title: 'Meta', default: { _type: 'gradio.FileData' } },
  },
};

const labelData = {
  title: 'LabelData',
  type: 'object',
  required: ['label'],
  properties: {
    label: { type: 'string' },
    confidences: {
      type: 'array',
      items: {
        type: 'object',
        properties: { label: { type: 'string' }, confidence: { type: 'number' } },
      },
    },
  },
};

/** Body of `GET /config`. `root` is the app's own address, e.g. `http://127.0.0.1:7860`. */
export function gradioConfig(root: string, appId: string) {
  const layout = { id: 0, children: [{ id: IMAGE }, { id: LABEL }] };
  return {
    version: VERSION,
    api_prefix: GRADIO_PREFIX,
    app_id: appId,
    mode: 'interface',
    title: 'dog-breed-notebooks',
    root,
    protocol: 'sse_v3',
    dev_mode: false,
    analytics_enabled: false,
    run_history: false,
    connect_heartbeat: false,
    enable_queue: true,
    show_error: true,
    is_space: false,
    is_colab: false,
    space_id: null,
    username: null,
    css: null,
    js: null,
    head: null,
    theme: 'default',
    stylesheets: [],
    components: [
      {
        id: IMAGE,
        type: 'image',
        props: { label: 'img', name: 'image' },
        api_info: fileData,
        skip_api: false,
      },
      {
        id: LABEL,
        type: 'label',
        props: { label: 'output', name: 'label' },
        api_info: labelData,
        skip_api: false,
      },
    ],
    layout,
    page: { '': { components: [IMAGE, LABEL], dependencies: [0], layout } },
    pages: [['', 'Home', true]],
    current_page: '',
    dependencies: [
      {
        id: 0,
        targets: [],
        inputs: [IMAGE],
        outputs: [LABEL],
        backend_fn: true,
        js: null,
        queue: true,
        api_name: 'predict',
        api_visibility: 'public',
        show_api: true,
        batch: false,
        max_batch_size: 1,
        cancels: [],
        types: { generator: false, cancel: false },
        collects_event_data: false,
        trigger: null,
        trigger_after: null,
        trigger_only_on_success: false,
        trigger_mode: 'once',
        connection: 'sse',
        rendered_in: null,
      },
    ],
  };
}

/** Body of `GET /gradio_api/info`. */
export const gradioInfo = {
  named_endpoints: {
    '/predict': {
      parameters: [
        {
          label: 'img',
          parameter_name: 'img',
          parameter_has_default: false,
          parameter_default: null,
          type: fileData,
          python_type: { type: 'filepath', description: 'A photo of a dog' },
          component: 'Image',
          example_input: null,
        },
      ],
      returns: [
        {
          label: 'output',
          type: labelData,
          python_type: {
            type: 'dict(label: str, confidences: list[dict(label: str, confidence: float)])',
            description: 'The likeliest breed and the five likeliest with their probabilities',
          },
          component: 'Label',
        },
      ],
      api_visibility: 'public',
      show_api: true,
      description: 'Breed of the dog in a photo',
    },
  },
  unnamed_endpoints: {},
};
